"""A table that no job names, with what hangs on it, and whether all of that is as it was."""
import json

SETUP = """
drop schema public cascade; create schema public authorization job;
do $$ declare s text; begin for s in select nspname from pg_namespace
  where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')
  loop execute format('drop schema %I cascade', s); end loop; end $$;
set role job;
create sequence canary_numbers;
create table canary (id int primary key default nextval('canary_numbers'), name text not null unique,
  amount numeric default 7);
insert into canary (name, amount) values ('Amina', 1.5), ('O''Brien', 2), ('\\', null);
create function canary_function() returns int language sql as 'select 42';
create schema other;
create table other.canary (id int primary key, name text);
insert into other.canary values (1, 'other');
reset role
"""

NAMES = ("box", "named", "extended", "made", "spelled", "t\u00e9", "te\u0301", "long")
CLEAR = "set client_min_messages = error; drop table if exists %s" % ", ".join('"%s"' % name for name in NAMES)
MADE = {("public", name, "r") for name in NAMES}

# Everything that could have been touched, except relations that are not the canary's: they are told apart.
STATE = """
select jsonb_build_object(
  'rows', (select jsonb_agg(c order by id) from public.canary c),
  'other', (select jsonb_agg(c order by id) from other.canary c),
  'sequence', (select jsonb_build_object('at', last_value, 'called', is_called) from public.canary_numbers),
  'columns', (select jsonb_agg(jsonb_build_array(attrelid::regclass::text, attname, format_type(atttypid, atttypmod),
      attnotnull, attisdropped, attinhcount) order by attrelid::regclass::text, attnum)
    from pg_attribute where attnum > 0 and attrelid::regclass::text ~ '^(other[.])?canary$'),
  'constraints', (select jsonb_agg(jsonb_build_array(conrelid::regclass::text, conname, pg_get_constraintdef(oid))
      order by conrelid::regclass::text, conname)
    from pg_constraint where conrelid::regclass::text ~ 'canary$' or confrelid::regclass::text ~ 'canary$'),
  'triggers', (select count(*) from pg_trigger where tgrelid::regclass::text ~ 'canary$'),
  'heirs', (select count(*) from pg_inherits),
  'rights', (select jsonb_agg(jsonb_build_array(c.oid::regclass::text, relowner::regrole::text, relacl::text,
      relrowsecurity, relkind, obj_description(c.oid)) order by c.oid::regclass::text)
    from pg_class c where relname ~ '^canary(_numbers|_pkey|_name_key)?$'),
  'functions', (select jsonb_agg(proname order by proname) from pg_proc
    where pronamespace in (select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')),
  'databases', (select count(*) from pg_database where datname !~ '^hostile_'),
  'schemas', (select jsonb_agg(nspname order by nspname) from pg_namespace where nspname !~ '^pg_(toast_)?temp'),
  'roles', (select jsonb_agg(to_jsonb(r) - 'oid' order by rolname) from pg_roles r),
  'settings', (select count(*) from pg_db_role_setting),
  'objects', (select count(*) from pg_largeobject_metadata),
  'relations', (select jsonb_agg(jsonb_build_array(n.nspname, relname, relkind) order by n.nspname, relname)
    from pg_class c join pg_namespace n on n.oid = relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and relkind <> 'i'
      and relname !~ '^canary(_numbers)?$')
)
"""


class Canary:
    def __init__(self, session):
        self.session = session
        self.reset()
        self.good = self.state()
        self.relations = {tuple(relation) for relation in self.good.pop("relations") or []}

    def reset(self):
        self.session.query(SETUP)

    def clear(self, is_doubtful):
        """Removes the tables that the checks make; all of it when something went wrong."""
        if is_doubtful or self.found - self.relations - MADE:
            self.reset()
        elif self.found != self.relations:
            self.session.query(CLEAR)

    def state(self):
        return json.loads(self.session.query(STATE))

    def problem(self, allowed=()):
        """What was touched besides the tables `allowed`, (schema, name) each; None when nothing was."""
        try:
            state = self.state()
        except RuntimeError as error:
            self.found = set()
            return "THE CANARY IS TOUCHED: it cannot be read any more: %s" % str(error)[-300:]
        relations = self.found = {tuple(relation) for relation in state.pop("relations") or []}
        for member, good in self.good.items():
            if state[member] != good:
                return "THE CANARY IS TOUCHED: %s was %s and is %s" % (member, good, state[member])
        for schema, name, kind in sorted(relations ^ self.relations):
            # An identity column or a serial one has a sequence.
            if kind != "S" and (schema, name) not in allowed:
                return "relation %r of schema %r should %s" % (
                    name, schema, "not be there" if (schema, name, kind) in relations else "be there")
        return None
