#!/usr/bin/env python3
"""A small, stateful stand-in for a DHIS2 server, for testing integration clients.

Everything is kept in memory, starts from a demo database and follows dhis2-contract.md.
`--dhis2-version` selects the dialect (list envelopes, parameter names, UID errors). Status codes,
body shapes and error codes are those of DHIS2; message texts are mostly this file's own wording.

    python3 dhis2_simulator.py --port 0 --request-log requests.jsonl     # prints the URL

The parts: dhis2_sim_base (requests, `fields`, store), dhis2_sim_tracker (import and export),
dhis2_sim_demo (demo database), and here metadata, aggregate data, analytics, routing, the server.

Not simulated: sharing, program rules, category combinations, data approval and locking, files,
XML and CSV, relative periods, the tracker endpoints removed in 2.42.

Accounts: admin/district (superuser), district/district (clerk of one district); DEMO_TOKEN and
DEMO_BEARER are a personal access token and a bearer token of admin.
"""
import argparse
import base64
import copy
import itertools
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode, urlsplit

from dhis2_sim_base import (
    DEFAULT_OPTION_COMBO, DEMO_BEARER, DEMO_TOKEN, KINDS, STRATEGIES, TRACKER, UNITS, ApiError, Query,
    Request, Response, Store, data_value, drop_nulls, ids, is_number, is_uid, new_uid, not_found, now,
    personal_access_token, select_fields, split_top_level, web_message)
from dhis2_sim_demo import seed_demo_database
from dhis2_sim_tracker import TrackerApi

# --- Metadata -------------------------------------------------------------------------------------

COMMON_PROPERTIES = {"id", "name", "code", "shortName", "displayName", "description", "created",
                     "lastUpdated", "sharing", "translations", "attributeValues", "formName"}
FILTERS = {
    "eq": lambda v, a: v == a, "ieq": lambda v, a: v.lower() == a.lower(),
    "gt": lambda v, a: v > a, "ge": lambda v, a: v >= a, "lt": lambda v, a: v < a,
    "le": lambda v, a: v <= a, "in": lambda v, a: v in a.strip("[]").split(","),
    "like": lambda v, a: a in v, "$like": lambda v, a: v.startswith(a),
    "like$": lambda v, a: v.endswith(a), "ilike": lambda v, a: a.lower() in v.lower(),
    "$ilike": lambda v, a: v.lower().startswith(a.lower()),
    "ilike$": lambda v, a: v.lower().endswith(a.lower()),
    "token": lambda v, a: all(token in v.lower() for token in a.lower().split())}


def import_stats(outcomes):
    stats = {name: outcomes.count(name) for name in ("created", "updated", "deleted", "ignored")}
    return {**stats, "total": len(outcomes)}


class MetadataApi:
    def __init__(self, store):
        self.store = store

    def has_property(self, kind, name):
        return name in COMMON_PROPERTIES.union(KINDS[kind].required, KINDS[kind].references) or any(
            name in record for record in self.store.metadata[kind].values())

    def values_at(self, record, path):
        """All values a dotted property path leads to, through references and lists."""
        values = [record]
        for step in path.split("."):
            values = [v for value in values for v in (value if isinstance(value, list) else [value])]
            values = [(self.store.resolve(value) or {}).get(step) for value in values]
        return [value for value in values if value is not None]

    def matches(self, record, expression):
        path, operator, argument = (expression + "::").split(":", 2)
        argument = argument[:-2] or argument.rstrip(":")
        if path == "identifiable":
            text = " ".join(str(record.get(k, "")) for k in ("id", "name", "code", "shortName"))
            return FILTERS["token"](text, argument)
        values, negated = self.values_at(record, path), operator.startswith("!")
        if operator in ("null", "!null"):
            return bool(values) == negated
        operator = {"ne": "eq", "neq": "eq"}.get(operator, operator.lstrip("!"))
        if operator not in FILTERS:
            raise ApiError(409, f"`{operator}` is not a valid operator.")
        texts = [str(len(v)) if isinstance(v, list) else str(v).lower() if isinstance(v, bool)
                 else str(v) for v in values]
        negated = negated or expression.split(":")[1] in ("ne", "neq")
        return any(FILTERS[operator](text, argument) for text in texts) != negated

    def list(self, request, kind):
        query, objects = request.query, list(self.store.metadata[kind].values())
        filters = [f for text in query.all("filter") for f in split_top_level(text)]
        for expression in filters:
            if ":" not in expression:
                raise ApiError(409, f"Invalid filter => {expression}")
            name = re.split("[.:]", expression)[0]
            if name != "identifiable" and not self.has_property(kind, name):
                raise ApiError(409, f"Unknown path property: {name}")
        combine = any if query.choice("rootJunction", ["AND", "OR"], "AND") == "OR" else all
        if filters:
            objects = [o for o in objects if combine(self.matches(o, f) for f in filters)]
        text = query.get("query")
        if text:
            objects = [o for o in objects if text in (o["id"], o.get("code")) or text in o["name"]]
        for name, _, direction in [o.partition(":") for o in reversed(query.all("order"))]:
            objects.sort(key=lambda o: str(o.get(name, "")).lower(), reverse="desc" in direction)
        body = {}
        if query.flag("paging", True):
            body["pager"], objects = self.page(request, kind, objects)
        fields = query.joined("fields", ":idName")
        body[kind] = [select_fields(self.linked(request, kind, o), fields, self.store.resolve)
                      for o in objects]
        return Response(body=body)

    @staticmethod
    def linked(request, kind, record):
        return {**record, "href": f"{request.base_url}/api/{kind}/{record['id']}"}

    @staticmethod
    def page(request, kind, objects):
        wanted, size = request.query.number("page", 1), max(request.query.number("pageSize", 50), 1)
        count = -(-len(objects) // size)
        page = max(1, min(wanted, count))  # the pager is clamped, the slice is not
        pager = {"page": page, "total": len(objects), "pageSize": size, "pageCount": count}
        others = [(k, v) for k, values in request.query.values.items() for v in values if k != "page"]
        for name, number in (("nextPage", page + 1), ("prevPage", page - 1)):
            if 1 <= number <= count:
                parameters = urlencode([("page", number)] + others)
                pager[name] = f"{request.base_url}/api/{kind}?{parameters}"
        start = (max(wanted, 1) - 1) * size
        return pager, objects[start:start + size]

    def find(self, kind, uid):
        if uid not in self.store.metadata[kind]:
            raise not_found(KINDS[kind].klass, uid)
        return self.store.metadata[kind][uid]

    def read(self, request, kind, uid):
        record = self.linked(request, kind, self.find(kind, uid))
        return Response(body=select_fields(record, request.query.joined("fields", "*"),
                                           self.store.resolve))

    def problems(self, kind, record):
        """Why an object cannot be stored, as errorReports."""
        spec, found = KINDS[kind], []

        def report(code, message, name, *args):
            found.append({"message": message, "mainKlass": spec.java_class, "errorCode": code,
                          "errorProperty": name, "errorProperties": [name, *args]})
        for name in spec.required:
            if record.get(name) in (None, ""):
                report("E4000", f"Missing required property `{name}`", name)
        if not is_uid(record["id"]):
            report("E4014", f"Invalid UID `{record['id']}` for property `id`", "id", record["id"])
        for other in self.store.metadata[kind].values():
            if record.get("code") and other.get("code") == record["code"] and other["id"] != record["id"]:
                report("E5003", f"Property `code` with value `{record['code']}` already exists on "
                       f"object {other['id']}", "code", record["code"], record["id"], other["id"])
        for name, target in spec.references.items():
            value = record.get(name) or []
            for reference in value if isinstance(value, list) else [value]:
                if reference.get("id") not in self.store.metadata[target]:
                    report("E5002", f"Invalid reference [{reference.get('id')}] for association "
                           f"`{name}`", name, reference.get("id"))
        return found

    @staticmethod
    def object_report(kind, uid, problems=()):
        return {"responseType": "ObjectReport", "klass": KINDS[kind].java_class, "uid": uid,
                "errorReports": list(problems)}

    def save(self, kind, record, problems=()):
        problems = problems or self.problems(kind, record)
        if problems:
            raise ApiError(409, "One or more errors occurred, see the import report.",
                           response=self.object_report(kind, record["id"], problems))
        self.store.put(kind, record)
        return self.object_report(kind, record["id"])

    def require_write_access(self, request):
        if not self.store.is_super(request.user):
            raise ApiError(403, "You don't have permission to change this object.", "E1006")

    def create(self, request, kind):
        self.require_write_access(request)
        record = request.json(409)
        record["id"] = record.get("id") or new_uid()
        taken = [{"message": f"{record['id']} exists already", "errorCode": "E5000",
                  "mainKlass": KINDS[kind].java_class, "errorProperties": ["id"]}]
        report = self.save(kind, record, taken if record["id"] in self.store.metadata[kind] else ())
        return Response(201, web_message(201, response=report),
                        {"Location": f"{request.base_url}/api/{kind}/{record['id']}"})

    def update(self, request, kind, uid):
        self.find(kind, uid)
        self.require_write_access(request)
        report = self.save(kind, {**request.json(409), "id": uid})  # PUT replaces the whole object
        return Response(body=web_message(200, response=report))

    def patch(self, request, kind, uid):
        record = copy.deepcopy(self.find(kind, uid))
        self.require_write_access(request)
        for operation in request.json(409, "application/json-patch+json"):
            self.apply_patch(kind, record, operation)
        self.save(kind, {**record, "id": uid})
        return Response(body=web_message(200))  # no object report when nothing went wrong

    def apply_patch(self, kind, record, operation):
        verb, path, value = operation["op"], operation["path"], operation.get("value")
        *parents, last = path.strip("/").split("/")
        if not self.has_property(kind, (parents + [last])[0]):
            raise ApiError(400, f"Property {(parents + [last])[0]} does not exist on {KINDS[kind].klass}")
        target = record
        for step in parents:
            target = target[int(step)] if isinstance(target, list) else target.get(step)
            if not isinstance(target, (dict, list)):
                raise ApiError(400, f"Path does not exist: {path}")
        if verb == "remove-by-id":
            target[last] = [o for o in target.get(last, []) if o.get("id") != operation.get("id")]
        elif isinstance(target, dict) and verb == "remove":
            target.pop(last, None)
        elif isinstance(target, dict):
            target[last] = value
        elif verb == "add":
            target.insert(len(target) if last == "-" else int(last), value)
        elif last.isdigit() and int(last) < len(target):
            target[int(last):int(last) + 1] = [value] if verb == "replace" else []
        else:
            raise ApiError(400, f"Cannot apply {verb} at {path}")

    def delete(self, request, kind, uid):
        self.find(kind, uid)
        self.require_write_access(request)
        holder = self.holder_of(uid)
        if holder:
            raise ApiError(409, f"Object is associated with another object: {holder}", "E4030")
        del self.store.metadata[kind][uid]
        return Response(body=web_message(200, response=self.object_report(kind, uid)))

    def bulk_import(self, request):
        """POST /api/metadata: all or nothing unless atomicMode=NONE."""
        self.require_write_access(request)
        query, before, reports = request.query, copy.deepcopy(self.store.metadata), []
        strategy = query.choice("importStrategy", STRATEGIES, "CREATE_AND_UPDATE")
        atomic = query.choice("atomicMode", ["ALL", "NONE"], "ALL") == "ALL"
        commit = query.choice("importMode", ["COMMIT", "VALIDATE"], "COMMIT") == "COMMIT"
        for kind, records in request.json(409).items():
            if kind in KINDS:
                outcomes = [self.import_one(kind, dict(record), strategy) for record in records]
                failed = [report for _, report in outcomes if report["errorReports"]]
                names = [outcome for outcome, _ in outcomes]
                reports.append({"klass": KINDS[kind].java_class, "objectReports": failed,
                                "stats": import_stats(names)})
        failed = any(report["objectReports"] for report in reports)
        if not commit or (failed and atomic):
            self.store.metadata.update(before)
        for report in reports if failed and atomic else ():
            report["stats"] = import_stats(["ignored"] * report["stats"]["total"])
        totals = {name: sum(r["stats"][name] for r in reports) for name in import_stats([])}
        level = "OK" if not failed else "ERROR" if atomic else "WARNING"
        response = {"responseType": "ImportReport", "status": level, "typeReports": reports,
                    "stats": totals}
        status = 409 if failed else 200
        return Response(status, web_message(status, level="WARNING" if failed else "OK",
                                            response=response))

    def import_one(self, kind, record, strategy):
        """Import one object; returns what happened and its object report."""
        record["id"] = uid = record.get("id") or new_uid()
        exists = uid in self.store.metadata[kind]
        problems = [] if strategy == "DELETE" else self.problems(kind, record)
        if strategy == "CREATE" and exists or strategy in ("UPDATE", "DELETE") and not exists:
            problems = [{"message": f"{strategy} does not fit {uid}", "errorProperties": ["id"],
                         "errorCode": "E5000" if exists else "E5001"}]
        if not problems and strategy == "DELETE":
            del self.store.metadata[kind][uid]
        elif not problems:
            self.store.put(kind, record)
        done = "deleted" if strategy == "DELETE" else "updated" if exists else "created"
        return "ignored" if problems else done, self.object_report(kind, uid, problems)

    def holder_of(self, uid):
        if any(uid in key for key in self.store.data_values):
            return "DataValue"
        tables = [(TRACKER[name].klass, table) for name, table in self.store.tracker.items()]
        tables += [(KINDS[name].klass, table) for name, table in self.store.metadata.items()]
        return next((klass for klass, table in tables for key, record in table.items()
                     if key != uid and f'"{uid}"' in json.dumps(record)), None)


# --- Aggregate data -------------------------------------------------------------------------------

PERIOD = re.compile(r"\d{4}|\d{4}-?(0[1-9]|1[0-2])|\d{6}([0-2]\d|3[01])|\d{4}Q[1-4]|\d{4}W\d\d?|\d{4}S[12]")
COMBOS = "categoryOptionCombos"


class DataValueApi:
    def __init__(self, store):
        self.store = store

    def post_set(self, request):
        try:
            payload = request.json(409)
        except ApiError as error:
            if error.status == 415:
                raise
            payload = error  # a malformed body still gets an import summary
        if request.query.flag("async"):
            job = self.store.start_job(
                "DATAVALUE_IMPORT", lambda: self.import_set(payload, request.query, request.user))
            name = "dataValueImport" if self.store.version < 41 else f"DATAVALUE_IMPORT ({job['id']})"
            tasks = "/api/system/tasks/DATAVALUE_IMPORT"
            response = {"responseType": "JobConfiguration", "name": name, "id": job["id"],
                        "created": job["created"], "jobType": "DATAVALUE_IMPORT",
                        "relativeNotifierEndpoint": f"{tasks}/{job['id']}"}
            return Response(200, web_message(200, f"Initiated {name}", response=response),
                            {"Location": request.base_url + tasks})
        summary = self.import_set(payload, request.query, request.user)
        status, level, message = {
            "SUCCESS": (200, "OK", "Import was successful."),
            "WARNING": (409, "WARNING", "Conflicts encountered, check the import summary."),
            "ERROR": (409, "ERROR", "An error occurred, check the import summary.")}[summary["status"]]
        return Response(status, web_message(status, message, level, response=summary))

    def import_set(self, payload, query, user):
        strategy = query.choice("importStrategy", STRATEGIES, "CREATE_AND_UPDATE")
        dry_run = query.flag("dryRun")
        counts, conflicts, rejected = dict.fromkeys(("imported", "updated", "ignored", "deleted"), 0), [], []
        summary = {"responseType": "ImportSummary", "status": "SUCCESS",
                   "importOptions": {"dryRun": dry_run, "importStrategy": strategy},
                   "description": "Import process completed successfully", "importCount": counts,
                   "conflicts": conflicts, "rejectedIndexes": rejected, "dataSetComplete": "false"}
        if not isinstance(payload, dict):
            return {**summary, "status": "ERROR", "description": f"The import failed: {payload}"}

        def conflict(index, code, prop, objects, message):
            for known in conflicts:  # one conflict per cause, with all its indexes
                if (known["errorCode"], known["objects"]) == (code, objects):
                    return known["indexes"].append(index)
            return conflicts.append({
                "object": next(iter(objects.values())), "objects": objects, "value": message,
                "errorCode": code, "property": prop, "indexes": [] if index is None else [index]})
        header = self.lookup(payload, payload, query)
        for prop, code in (("dataSet", "E7600"), ("orgUnit", "E7603")):
            if payload.get(prop) and not header[prop]:
                conflict(None, code, prop, {prop: payload[prop]}, f"{prop} not found: `{payload[prop]}`")
        if conflicts:  # a bad header aborts the import
            return {**summary, "status": "ERROR", "description": "Import process was aborted"}
        if payload.get("dataSet") and payload.get("completeDate"):
            summary["dataSetComplete"] = payload["completeDate"]
        for index, row in enumerate(payload.get("dataValues") or []):
            found = self.lookup(row, payload, query)
            problem = self.row_problem({**payload, **row}, found, user)
            if problem:
                conflict(index, *problem)
            outcome = None if problem else self.apply(self.key(found), row, strategy, dry_run, user)
            counts[outcome or "ignored"] += 1
            if not outcome:
                rejected.append(index)
        if conflicts:
            summary["status"] = "WARNING"
        return summary

    def lookup(self, row, payload, query):
        """The objects a data value refers to (None where there is none), and its period."""
        found = {"period": str(row.get("period") or payload.get("period") or "").replace("-", "")}
        general = payload.get("idScheme") or query.get("idScheme", "UID")
        for prop, kind in (("dataElement", "dataElements"), ("orgUnit", UNITS), ("dataSet", "dataSets"),
                           ("categoryOptionCombo", COMBOS), ("attributeOptionCombo", COMBOS)):
            name = f"{prop}IdScheme"
            scheme, value = payload.get(name) or query.get(name, general), row.get(prop) or payload.get(prop)
            default = kind == COMBOS and not value
            found[prop] = self.store.by_scheme(kind, "UID" if default else scheme,
                                               DEFAULT_OPTION_COMBO if default else value)
        return found

    @staticmethod
    def key(found):
        return (found["dataElement"]["id"], found["period"], found["orgUnit"]["id"],
                found["categoryOptionCombo"]["id"], found["attributeOptionCombo"]["id"])

    def row_problem(self, row, found, user):
        """The first conflict of a row as (code, property, objects, message), or None."""
        for code, prop in (("E7610", "dataElement"), ("E7611", "period"), ("E7612", "orgUnit"),
                           ("E7613", "categoryOptionCombo"), ("E7615", "attributeOptionCombo")):
            bad = not PERIOD.fullmatch(found[prop]) if prop == "period" else not found[prop]
            if bad:
                return code, prop, {prop: row.get(prop)}, f"{prop} not found or not valid: `{row.get(prop)}`"
        element, unit, value = found["dataElement"], found["orgUnit"]["id"], row.get("value")
        if unit not in self.store.scope(user):
            return ("E7617", "orgUnit", {"orgUnit": unit, "user": user["id"]},
                    f"Organisation unit: `{unit}` not in hierarchy of user: `{user['username']}`")
        objects = {"dataElement": element["id"]}
        if value is None and row.get("comment") is None:
            return "E7618", "value", objects, f"No value or comment for `{element['id']}`"
        problem = value is not None and self.store.value_problem(value, element)
        if problem:
            return "E7619", "value", {**objects, "value": problem}, f"Value does not fit: `{problem}`"
        if value is not None and self.store.outside_options(value, element):
            return "E7621", "value", objects, f"Value is no option of `{element['id']}`"
        return None

    def apply(self, key, row, strategy, dry_run, user):
        """Store one valid row; returns what to count, or None when the strategy rejects it."""
        stored = self.store.data_values.get(key)
        live = stored and not stored["deleted"]
        value = None if row.get("value") is None else str(row["value"])
        if strategy == ("CREATE" if live else "UPDATE") or (strategy == "DELETE" and not live):
            return None
        if live and strategy != "DELETE" and (stored["value"], stored["comment"]) == (
                value, row.get("comment")):
            return "ignored"  # unchanged, but not rejected
        outcome = "deleted" if strategy == "DELETE" else "updated" if live else "imported"
        if not dry_run:
            record = data_value(value, row.get("storedBy") or user["username"], row.get("comment"))
            record.update({"created": stored["created"]} if stored else {})
            if strategy == "DELETE":
                record.update(value=stored["value"], deleted=True)
            self.store.data_values[key] = record
        return outcome

    def get_set(self, request):
        query = request.query
        for names, code, what in ((("dataSet", "dataElementGroup", "dataElement"), "E2001", "data set"),
                                  (("period", "startDate", "lastUpdated"), "E2002", "period"),
                                  (("orgUnit",), "E2006", "organisation unit")):
            if not any(query.all(name) for name in names):
                raise ApiError(409, f"At least one {what} must be specified", code)
        units, sets = set(query.all("orgUnit")), self.store.metadata["dataSets"]
        for unit in units - self.store.scope(request.user):
            raise ApiError(409, f"User is not allowed to view org unit: `{unit}`", "E2012")
        for uid in set(query.all("dataSet")) - set(sets):
            raise ApiError(409, f"Data set not found or not accessible: `{uid}`", "E1105")
        elements = set(query.all("dataElement")).union(
            *(ids(e["dataElement"] for e in sets[uid]["dataSetElements"]) for uid in query.all("dataSet")))
        units = self.store.subtree(units) if query.flag("children") else units
        rows = []
        for key, record in self.store.data_values.items():
            day = f"{key[1][:4]}-{key[1][4:6]}-01"
            if (key[0] in elements and key[2] in units and key[1] in (query.all("period") or [key[1]])
                    and query.get("startDate", "") <= day <= query.get("endDate", "9")
                    and record["lastUpdated"] >= query.get("lastUpdated", "")
                    and (query.flag("includeDeleted") or not record["deleted"])):
                names = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo")
                rows.append(drop_nulls({**dict(zip(names, key)), **record, "followup": False,
                                        "deleted": record["deleted"] or None}))
        return Response(body={"dataValues": rows} if rows else {})

    def single(self, request):
        """GET, POST and DELETE of one value at /api/dataValues."""
        is_json = (request.headers.get("Content-Type") or "").startswith("application/json")
        names = {"de": "dataElement", "pe": "period", "ou": "orgUnit", "co": "categoryOptionCombo",
                 "value": "value", "comment": "comment"}
        row = request.json(400) if request.method == "POST" and is_json and request.body else {
            name: request.query.get(short) for short, name in names.items() if request.query.get(short)}
        found = self.lookup(row, {}, request.query)
        problem = self.row_problem({"value": None, "comment": "", **row}, found, request.user)
        if problem:  # the same checks have other codes here
            code = {"E7610": "E1100", "E7611": "E1101", "E7612": "E1102", "E7613": "E1103",
                    "E7617": "E2020", "E7619": "E2030", "E7621": "E2029"}.get(problem[0])
            raise ApiError(409, problem[3], code)
        key = self.key(found)
        if request.method == "POST":
            self.apply(key, row, "CREATE_AND_UPDATE", False, request.user)
            return Response(201)
        record = self.store.data_values.get(key)
        if not record or record["deleted"]:
            raise ApiError(409, "Data value does not exist")
        if request.method == "DELETE":
            record["deleted"] = True
            return Response(204)
        return Response(body=[record["value"]])


# --- Analytics ------------------------------------------------------------------------------------

class AnalyticsApi:
    LABELS = {"dx": "Data", "pe": "Period", "ou": "Organisation unit"}

    def __init__(self, store):
        self.store = store

    def axes(self, query):
        """{axis: (role, items)} of the request; axis is dx, pe or ou."""
        axes, known = {}, {"dx": self.store.metadata["dataElements"], "ou": self.store.metadata[UNITS]}
        for role in ("dimension", "filter"):
            for part in query.joined(role).split(","):
                name, _, text = part.partition(":")
                if name in self.LABELS:
                    items = [i for i in text.split(";") if name == "pe" or i in known[name]]
                    if not items:
                        raise ApiError(409, f"Dimension without valid options: `{name}`", "E7124")
                    axes[name] = (role, items)
        if not any(role == "dimension" for role, _ in axes.values()):
            raise ApiError(409, "At least one dimension must be specified", "E7101")
        for name, code in (("dx", "E7102"), ("pe", "E7104")):
            if name not in axes:
                raise ApiError(409, f"At least one item of {name} must be specified", code)
        axes.setdefault("ou", ("filter", ids(self.store.user_named("admin")["organisationUnits"])))
        return axes

    def get(self, request):
        """Sums over fixed periods and org unit subtrees."""
        axes, units, sums = self.axes(request.query), self.store.metadata[UNITS], {}
        shown = [name for name, (role, _) in axes.items() if role == "dimension"]
        for (element, period, unit, *_), record in self.store.data_values.items():
            hits = {"dx": [i for i in axes["dx"][1] if i == element],
                    "pe": [i for i in axes["pe"][1] if period.startswith(i)],
                    "ou": [i for i in axes["ou"][1] if i in units[unit]["path"]]}
            if all(hits.values()) and not record["deleted"] and is_number(record["value"]):
                for row in itertools.product(*(hits[name] for name in shown)):
                    sums[row] = sums.get(row, 0) + float(record["value"])
        headers = [{"name": name, "column": self.LABELS[name], "valueType": "TEXT",
                    "type": "java.lang.String", "hidden": False, "meta": True} for name in shown]
        headers.append({"name": "value", "column": "Value", "valueType": "NUMBER",
                        "type": "java.lang.Double", "hidden": False, "meta": False})
        items = {i: {"name": self.store.resolve({"id": i}).get("name", i)}
                 for _, chosen in axes.values() for i in chosen}
        dimensions = {name: chosen for name, (_, chosen) in axes.items()}
        return Response(body={
            "headers": headers, "metaData": {"items": items, "dimensions": dimensions},
            "rows": [[*row, str(total)] for row, total in sorted(sums.items())],
            "width": len(headers), "height": len(sums), "headerWidth": len(headers)})


# --- Application: system endpoints, authentication, routing ---------------------------------------

class Application:
    def __init__(self, store):
        self.store = store
        metadata, data, tracker = MetadataApi(store), DataValueApi(store), TrackerApi(store)
        kind, collection = f"({'|'.join(KINDS)})", f"({'|'.join(TRACKER)})"
        self.routes = (
            ("GET", "system/info", self.info), ("GET", "me", self.me),
            ("GET", "system/ping", lambda r: Response(body="pong", headers={"Content-Type": "text/plain"})),
            ("GET", "system/u?id", self.generated_ids),
            ("GET", r"system/tasks/\w+/(\w+)|tracker/jobs/(\w+)", self.notifications),
            ("GET", r"system/taskSummaries/\w+/(\w+)",
             lambda r, uid: Response(body=store.jobs.get(uid, {}).get("summary"))),
            ("POST", "dataValueSets", data.post_set), ("GET", "dataValueSets", data.get_set),
            ("GET POST DELETE", "dataValues", data.single),
            ("POST", "tracker", tracker.post), ("GET", r"tracker/jobs/(\w+)/report", tracker.job_report),
            ("GET", f"tracker/{collection}", tracker.list),
            ("GET", f"tracker/{collection}/([^/]+)", tracker.read),
            ("GET", "analytics", AnalyticsApi(store).get), ("POST", "metadata", metadata.bulk_import),
            ("GET", kind, metadata.list), ("POST", kind, metadata.create),
            ("GET", f"{kind}/([^/]+)", metadata.read), ("PUT", f"{kind}/([^/]+)", metadata.update),
            ("PATCH", f"{kind}/([^/]+)", metadata.patch), ("DELETE", f"{kind}/([^/]+)", metadata.delete))

    def info(self, request):
        return Response(body={
            "contextPath": request.base_url, "calendar": "iso8601", "dateFormat": "yyyy-mm-dd",
            "serverDate": now(), "version": f"2.{self.store.version}.0", "revision": "simulator",
            "systemName": "DHIS2 simulator", "systemId": "SIMULATOR"})

    def generated_ids(self, request):
        limit = min(request.query.number("limit", 1), 10000)
        return Response(body={"codes": [new_uid() for _ in range(limit)]})

    def me(self, request):
        account = {**request.user, "email": f"{request.user['username']}@example.org", "authorities": [
            a for role in request.user["userRoles"] for a in self.store.resolve(role)["authorities"]]}
        return Response(body=select_fields(account, request.query.joined("fields", "*"), self.store.resolve))

    def notifications(self, request, *uids):
        return Response(body=self.store.jobs.get(next(filter(None, uids)), {"notes": []})["notes"])

    def handle(self, request):
        try:
            with self.store.lock:
                return self.dispatch(request)
        except ApiError as error:
            return Response(error.status, error.body if error.status != 302 else None, error.headers)
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # a payload of odd shape
            return Response(500, web_message(500, f"{type(error).__name__}: {error}"))

    def dispatch(self, request):
        match = re.fullmatch(r"/api/(?:(\d+)/)?(.*?)(?:\.json)?/?", request.path)
        newest = 39 if self.store.version < 40 else 43
        if not match or (match[1] and not 28 <= int(match[1]) <= newest):
            raise ApiError(404, f"No such resource: {request.path}")
        request.path, session = match[2], {}
        request.user = self.authenticate(request, session)
        allowed = set()
        for methods, pattern, handler in self.routes:
            match = re.fullmatch(pattern, request.path)
            if match and request.method in methods.split():
                response = handler(request, *match.groups())
                response.headers.update(session)
                return response
            allowed.update(methods.split() if match else ())
        if allowed:
            raise ApiError(405, f"Request method '{request.method}' is not supported",
                           headers={"Allow": ",".join(sorted(allowed))})
        raise ApiError(404, f"No such resource: /api/{request.path}")

    def authenticate(self, request, session):
        scheme, _, credentials = (request.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() == "basic":
            decoded = base64.b64decode(credentials + "==").decode(errors="replace")
            username, _, password = decoded.partition(":")
            if self.store.passwords.get(username) != password:
                raise ApiError(401, "Unauthorized")
            identifier = new_uid()
            self.store.sessions[identifier] = username
            session["Set-Cookie"] = f"JSESSIONID={identifier}; Path=/; HttpOnly"
        elif scheme.lower() == "apitoken":
            match = re.fullmatch(r"d2pat_(\w{32})(\d{10})", credentials)
            if not match or personal_access_token(match[1]) != credentials:
                raise ApiError(400, "Checksum validation failed")
            username = self.store.tokens.get(credentials)
            if not username:
                raise ApiError(401, "The API token does not exist", headers={"WWW-Authenticate": "ApiToken"})
        elif scheme.lower() == "bearer":
            username = self.store.bearers.get(credentials)
            if not username:
                raise ApiError(401, "Invalid token",
                               headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        else:
            cookie = re.search(r"JSESSIONID=(\w+)", request.headers.get("Cookie") or "")
            username = cookie and self.store.sessions.get(cookie[1])
        if username:
            return self.store.user_named(username)
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            raise ApiError(401, "Unauthorized")
        login = "dhis-web-login/" if self.store.version >= 41 else "dhis-web-commons/security/login.action"
        raise ApiError(302, headers={"Location": f"{request.base_url}/{login}"})


# --- HTTP server ----------------------------------------------------------------------------------

LOGGED_HEADERS = ("Authorization", "Content-Type", "Accept", "Cookie", "X-Requested-With", "User-Agent")


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port=0, version=42, job_delay=0.2, request_log=None, latency=0, fail_every=0,
                 fail_status=503):
        super().__init__(("127.0.0.1", port), Handler)
        store = Store(version, job_delay)
        seed_demo_database(store)
        self.application = Application(store)
        self.request_log, self.latency = request_log, latency
        self.fail_every, self.fail_status = fail_every, fail_status
        self.count, self.guard = 0, threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, request):
        time.sleep(self.latency / 1000)
        with self.guard:
            self.count += 1
            fails = self.fail_every and self.count % self.fail_every == 0
        if fails:  # what a proxy in front of DHIS2 sends: not JSON
            return Response(self.fail_status, "<html><body>Temporarily unavailable</body></html>",
                            {"Content-Type": "text/html", "Retry-After": "1"})
        return self.application.handle(request)

    def log(self, entry):
        if self.request_log:
            with self.guard, open(self.request_log, "a", encoding="utf-8") as log:
                log.write(json.dumps(entry) + "\n")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms for an ACK

    def serve(self):
        parts, body = urlsplit(self.path), self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = Query(parts.query)
        response = self.server.answer(
            Request(self.command, parts.path, query, self.headers, body, self.server.url))
        try:
            logged = json.loads(body) if body else None
        except ValueError:
            logged = body.decode(errors="replace")
        self.server.log({"method": self.command, "path": parts.path, "query": query.values,
                         "headers": {n: self.headers[n] for n in LOGGED_HEADERS if self.headers[n]},
                         "body": logged, "status": response.status})
        plain = "Content-Type" in response.headers
        content = b"" if response.body is None else (
            response.body if plain else json.dumps(response.body)).encode()
        self.send_response(response.status)
        headers = {"Content-Type": "application/json;charset=UTF-8"} if content else {}
        for name, value in {**headers, "Cache-Control": "no-cache, private", **response.headers,
                            "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve

    def log_message(self, *_):
        """Silence the default access log; --request-log is the record."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--port", type=int, default=0, help="0 picks a free port")
    parser.add_argument("--dhis2-version", default="2.42", choices=[f"2.{n}" for n in range(38, 43)])
    parser.add_argument("--request-log", metavar="FILE", help="append one JSON line per request")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="delay every answer")
    parser.add_argument("--fail-every", type=int, default=0, metavar="N", help="fail each Nth request")
    parser.add_argument("--fail-status", type=int, default=503, help="status of those failures")
    parser.add_argument("--job-delay", type=float, default=0.2, metavar="S", help="duration of jobs")
    options = parser.parse_args()
    server = Server(options.port, int(options.dhis2_version[2:]), options.job_delay, options.request_log,
                    options.latency, options.fail_every, options.fail_status)
    print(server.url, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
