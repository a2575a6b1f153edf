/**
 * Compiles a job file into one script expression by editing its text in place.
 *
 * Lines never move, so the line of an error in the compiled code is the line in the job; `insertions` maps
 * columns back. What is added in front of the job stands on line 1, its exports on a line behind it:
 *
 *     (async function(__job){"use strict";const{get}=__job.imports("@openfn/language-http");...the job...
 *     __job.exports({...});})
 *
 * Calls that stand alone at the top level become operations (`__job.operation(()=>get('/x'),"get",3)`),
 * `$.data` becomes a function of state, `.then` on an operation is deferred, import and export become calls
 * of `__job`.
 *
 * One walk over acorn's tree keeps scopes and collects edits, one pass applies them. The file is an
 * expression: evaluate it and call it with acorn to get `compile(source, options)`.
 */
(function (acorn) {
  'use strict';

  const words = text => new Set(text.split(/\s+/));

  /** Globals of the language: calling one, or one of its members, gives a value and never an operation. */
  const BUILT_INS = words(`Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean Buffer
    DataView Date Error Float32Array Float64Array Function Int16Array Int32Array Int8Array Intl Iterator JSON
    Map Math Number Object Promise Proxy RangeError Reflect RegExp Set String Symbol SyntaxError TextDecoder
    TextEncoder TypeError URL URLSearchParams Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap
    WeakRef WeakSet atob btoa decodeURI decodeURIComponent encodeURI encodeURIComponent escape isFinite isNaN
    parseFloat parseInt structuredClone unescape`);

  /** Exports of adaptors that work on values: members of these namespaces, and these functions. */
  const VALUE_NAMESPACES = words('_ dateFns util');
  const VALUE_FUNCTIONS = words(
    'toArray arrayToString chunk splitKeys humanProper scrubEmojis dataPath composeNextState',
  );

  const FUNCTIONS = words('ArrowFunctionExpression FunctionExpression');
  const LITERALS = words('Literal TemplateLiteral ArrayExpression BinaryExpression');
  const PROMISES = words('NewExpression ImportExpression AwaitExpression');
  const CHAIN_METHODS = words('then catch finally');
  const STATEMENT_PARTS = words('init left body consequent alternate block handler finalizer');

  const OUTSIDE = 'Must be inside an operation';
  const ARITY = 'Parent has wrong arity: the function around $ must have exactly one parameter, state';
  const SPREAD = 'Spread arguments cannot be lazy: give the operation a function of state instead of ...$';
  const YIELD = 'An argument with yield cannot be lazy: yield into a variable before the call';
  const TOO_DEEP = 'The job is nested too deeply';

  // ---------------------------------------------------------------- positions and edits

  function compileError(name, message, { line, column }) {
    return Object.assign(new Error(message), { name, message, line, column });
  }

  /** Offsets at which lines start, as the language counts lines. */
  function lineStarts(source) {
    const starts = [0];
    for (const { 0: lineBreak, index } of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) {
      starts.push(index + lineBreak.length);
    }
    return starts;
  }

  /** Line (from 1) and column (from 0) of an offset. */
  function locate(starts, offset) {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= offset) low = middle; else high = middle;
    }
    return { line: low + 1, column: offset - starts[low] };
  }

  /** Order of the texts that meet at one offset. */
  const [CLOSE, OPEN, REPLACE] = [0, 1, 2];

  class Edits {
    constructor(source) {
      this.source = source;
      this.list = [];
    }

    /**
     * Puts text around a range. Where several ranges start or end, the longest is the outermost; of equal
     * ranges, the one with the lowest rank. A gap keeps the text apart from a keyword: `await(op()).then(f)`.
     */
    wrap(start, end, before, after, rank = 1) {
      const isWord = character => /[\w$]/.test(character ?? '');
      const gap = isWord(this.source[start - 1]) && isWord(before[0]) ? ' ' : '';
      this.list.push({ start, end: start, text: gap + before, phase: OPEN, size: -end, rank });
      this.list.push({ start: end, end, text: after, phase: CLOSE, size: -start, rank: -rank });
    }

    /** Replaces a range by text; line breaks in the range stay, and a CR apart from the LF that follows it. */
    replace(start, end, text) {
      for (const { 0: part, index } of this.source.slice(start, end).matchAll(/[^\n\r\u2028\u2029]+/g)) {
        const from = start + index;
        const kept = text || (this.source[from - 1] === '\r' ? ' ' : '');
        this.list.push({ start: from, end: from + part.length, text: kept, phase: REPLACE, size: 0, rank: 0 });
        text = '';
      }
    }

    /** The edited text behind `prefix`, and where in it columns shift: [line, column, characters more]. */
    apply(prefix, starts) {
      const order = (a, b) => a.start - b.start || a.phase - b.phase || a.size - b.size || a.rank - b.rank;
      const insertions = [[1, 0, prefix.length]];
      const parts = [prefix];
      let shift = prefix.length;
      let line = 1;
      let done = 0;
      for (const { start, end, text } of this.list.sort(order)) {
        for (; line < starts.length && starts[line] <= start; line += 1) shift = 0;
        parts.push(this.source.slice(done, start), text);
        const delta = text.length - (end - start);
        if (delta !== 0) insertions.push([line, start - starts[line - 1] + shift, delta]);
        shift += delta;
        done = end;
      }
      parts.push(this.source.slice(done));
      return { code: parts.join(''), insertions };
    }
  }

  // ---------------------------------------------------------------- names

  /** Adds the names that a binding pattern declares. */
  function addPattern(pattern, names) {
    switch (pattern?.type) {
      case 'Identifier': names.add(pattern.name); break;
      case 'ObjectPattern': pattern.properties.forEach(p => addPattern(p.value ?? p.argument, names)); break;
      case 'ArrayPattern': pattern.elements.forEach(element => addPattern(element, names)); break;
      case 'AssignmentPattern': addPattern(pattern.left, names); break;
      case 'RestElement': addPattern(pattern.argument, names); break;
    }
    return names;
  }

  /** Adds the names of a declaration: variables, function or class. */
  function addDeclared({ id, declarations }, names) {
    if (id) names.add(id.name);
    declarations?.forEach(declarator => addPattern(declarator.id, names));
    return names;
  }

  /** The names that statements declare in their own block. */
  function lexicalNames(statements) {
    const names = new Set();
    for (const statement of statements) {
      const node = statement?.type.startsWith('Export') ? statement.declaration : statement;
      if (node?.type === 'ImportDeclaration') node.specifiers.forEach(({ local }) => names.add(local.name));
      else if (node?.type.endsWith('Declaration') && node.kind !== 'var') addDeclared(node, names);
    }
    return names;
  }

  /** Adds every `var` in a statement: it belongs to the function around it, however deep it stands. */
  function addVars(node, names) {
    switch (node?.type) {
      case 'VariableDeclaration': if (node.kind === 'var') addDeclared(node, names); break;
      case 'ExportNamedDeclaration': addVars(node.declaration, names); break;
      case 'BlockStatement': node.body.forEach(child => addVars(child, names)); break;
      case 'SwitchCase': node.consequent.forEach(child => addVars(child, names)); break;
      case 'SwitchStatement': node.cases.forEach(child => addVars(child, names)); break;
      case 'IfStatement': case 'ForStatement': case 'ForInStatement': case 'ForOfStatement':
      case 'WhileStatement': case 'DoWhileStatement': case 'LabeledStatement': case 'TryStatement':
      case 'CatchClause':
        STATEMENT_PARTS.forEach(part => addVars(node[part], names));
    }
  }

  /** The names in the scope of a function body or of the program. */
  function bodyNames(statements) {
    const names = lexicalNames(statements);
    statements.forEach(statement => addVars(statement, names));
    return names;
  }

  /** A name for the parameter that carries the runtime: one that is not in the job, escapes included. */
  function parameterName(source) {
    const code = digits => Math.min(parseInt(digits, 16), 0x10ffff);
    const character = (_, long, short) => String.fromCodePoint(code(long ?? short));
    const text = source.replace(/\\u(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{4}))/g, character);
    const taken = new Set(text.match(/__job\d*/g));
    let name = '__job';
    for (let n = 1; taken.has(name); n += 1) name = `__job${n}`;
    return name;
  }

  /** A string literal. JSON leaves two characters as they are that end a line of code. */
  const quoted = text => JSON.stringify(text)
    .replace(/[\u2028\u2029]/g, character => `\\u${character.charCodeAt(0).toString(16)}`);

  /** The name in an import or export specifier as a property key: names may also be strings there. */
  const propertyKey = node => (node.type === 'Identifier' ? node.name : quoted(node.value));

  /** `a.b.c` as text, or '' when the expression is anything but names joined by dots. */
  function dottedName(node) {
    let path = '';
    for (; node.type === 'MemberExpression' && !node.computed; node = node.object) {
      path = `.${node.property.name}${path}`;
    }
    return node.type === 'Identifier' ? node.name + path : '';
  }

  // ---------------------------------------------------------------- shapes

  const withoutChain = node => (node.type === 'ChainExpression' ? node.expression : node);

  /** What a chain of members starts from: `a` in `a.b?.c`. */
  function memberRoot(node) {
    let root = withoutChain(node);
    while (root.type === 'MemberExpression') root = withoutChain(root.object);
    return root;
  }

  /** `x.then(...)`, `x.catch(...)` or `x.finally(...)`. */
  function isChainLink({ type, callee }) {
    return type === 'CallExpression' && callee.type === 'MemberExpression' && !callee.computed
      && CHAIN_METHODS.has(callee.property.name);
  }

  /** `state => ...`: whatever is lazy inside is this function's business. */
  function isFunctionOfState({ type, params }) {
    return type === 'ArrowFunctionExpression' && params.length === 1 && params[0].name === 'state';
  }

  /** Whether a chain of calls and members starts at `$` or `state`, as in `$.tools.run(x).name`. */
  function startsAtState(node) {
    let root = memberRoot(node);
    while (root.type === 'CallExpression') root = memberRoot(root.callee);
    return root.name === '$' || root.name === 'state';
  }

  /** Top-level calls are operations, unless there is a default export that is not a list at the end. */
  function hasOperations({ body }) {
    const index = body.findIndex(({ type }) => type === 'ExportDefaultDeclaration');
    return index < 0 || (index === body.length - 1 && body[index].declaration.type === 'ArrayExpression');
  }

  // ---------------------------------------------------------------- the walk

  /**
   * Walks the tree and collects the edits. Methods with capitals visit the node type they are named after;
   * other types have their children visited in order.
   */
  class Walk {
    constructor(source, options) {
      this.source = source;
      this.starts = lineStarts(source);
      this.edits = new Edits(source);
      this.job = parameterName(source);
      this.adaptors = options.adaptors ?? [];
      this.globals = new Set(options.globals);
      this.exported = new Set(this.adaptors.flatMap(adaptor => adaptor.exports ?? []));
      this.globals.forEach(name => this.exported.delete(name));

      this.used = new Set(); // names that adaptors export and no scope declares
      this.explicitImports = []; // text per import statement
      this.adaptorImports = new Set(); // names that import statements take from adaptors
      this.published = []; // `get name(){...}` per named export
      this.republished = []; // modules of `export * from`

      this.scope = null; // innermost scope, { names, parent }; the module's has no parent
      this.topScope = true; // neither in a function nor in a block
      this.awaits = 0; // `await`s in the current function so far
      this.yielding = null; // the last `yield` of the current function
      this.pending = null; // first `$` chain that has no function of state around it yet
      this.inCallback = false; // in a callback of a value function, whose statements belong to the outer call
      this.values = new Set(); // calls that give a value, not an operation
      this.chains = []; // { call, base } per `.then` chain on an operation
      this.chainLinks = new Set(); // calls in chains already looked at
      this.literals = new Set(); // object literals that initialise variables of the program
      this.inLiteral = false; // in one of them: `$` and `.then` stay as they are
    }

    visit(node) {
      if (!node) return;
      if (this[node.type]) this[node.type](node); else this.visitChildren(node);
      if (this.pending && !this.inCallback && /(?:Statement|Declaration)$/.test(node.type)) {
        this.fail(this.pending, OUTSIDE);
      }
    }

    visitChildren(node) {
      for (const key in node) {
        const child = node[key];
        if (Array.isArray(child)) this.visitAll(child);
        else if (typeof child?.type === 'string') this.visit(child);
      }
    }

    visitAll(nodes) {
      for (const node of nodes) this.visit(node);
    }

    fail({ start }, message) {
      throw compileError('LazyStateError', message, locate(this.starts, start));
    }

    // -- scopes and references

    inScope(names, body) {
      this.scope = { names, parent: this.scope };
      body();
      this.scope = this.scope.parent;
    }

    /** Runs `body` where `.then` stays as it is. */
    belowTopScope(body) {
      const { topScope } = this;
      this.topScope = false;
      body();
      this.topScope = topScope;
    }

    /** The scope that declares a name, or null. */
    resolve(name) {
      let { scope } = this;
      while (scope && !scope.names.has(name)) scope = scope.parent;
      return scope;
    }

    Program(node) {
      for (const statement of node.body) {
        if (statement.type === 'ImportDeclaration') this.importStatement(statement);
        for (const { init } of (statement.declaration ?? statement).declarations ?? []) {
          if (init?.type === 'ObjectExpression') this.literals.add(init);
        }
      }
      const deferred = hasOperations(node);
      this.inScope(bodyNames(node.body), () => {
        for (const statement of node.body) {
          if (deferred && statement.expression?.type === 'CallExpression') this.operation(statement);
          else this.visit(statement);
        }
      });
    }

    Identifier({ name }) {
      if (this.exported.has(name) && !this.used.has(name) && !this.resolve(name)) this.used.add(name);
    }

    Literal() {}
    TemplateElement() {}
    BreakStatement() {}
    ContinueStatement() {}
    LabeledStatement(node) { this.visit(node.body); }

    /** Properties, methods and fields: the key is a reference only when it is computed. */
    Property(node) {
      if (node.computed) this.visit(node.key);
      this.visit(node.value);
    }

    MethodDefinition(node) { this.Property(node); }
    PropertyDefinition(node) { this.Property(node); }

    ObjectExpression(node) {
      const { inLiteral } = this;
      this.inLiteral ||= this.literals.has(node);
      this.visitAll(node.properties);
      this.inLiteral = inLiteral;
    }

    BlockStatement(node) {
      this.belowTopScope(() => this.inScope(lexicalNames(node.body), () => this.visitAll(node.body)));
    }

    StaticBlock(node) {
      this.belowTopScope(() => this.inScope(bodyNames(node.body), () => this.visitAll(node.body)));
    }

    ForStatement(node) { this.inScope(lexicalNames([node.init]), () => this.visitChildren(node)); }
    ForInStatement(node) { this.inScope(lexicalNames([node.left]), () => this.visitChildren(node)); }
    ForOfStatement(node) { this.ForInStatement(node); }
    CatchClause(node) { this.inScope(addPattern(node.param, new Set()), () => this.visitChildren(node)); }

    SwitchStatement(node) {
      this.visit(node.discriminant);
      const statements = node.cases.flatMap(({ consequent }) => consequent);
      this.inScope(lexicalNames(statements), () => this.visitAll(node.cases));
    }

    /** A class sees its own name, also where the scope around it does not. */
    ClassExpression(node) { this.inScope(addDeclared(node, new Set()), () => this.visitChildren(node)); }
    ClassDeclaration(node) { this.ClassExpression(node); }

    /** Parameters have a scope of their own, because their default values do not see the body's variables. */
    FunctionExpression(node) {
      const { awaits, yielding } = this;
      const names = new Set();
      if (node.type === 'FunctionExpression') addDeclared(node, names);
      node.params.forEach(parameter => addPattern(parameter, names));
      this.belowTopScope(() => this.inScope(names, () => {
        this.visitAll(node.params);
        if (node.expression) this.visit(node.body);
        else this.inScope(bodyNames(node.body.body), () => this.visitAll(node.body.body));
      }));
      this.awaits = awaits;
      this.yielding = yielding;
    }

    FunctionDeclaration(node) { this.FunctionExpression(node); }
    ArrowFunctionExpression(node) { this.FunctionExpression(node); }

    AwaitExpression(node) {
      this.awaits += 1;
      this.visit(node.argument);
    }

    YieldExpression(node) {
      this.yielding = node;
      this.visit(node.argument);
    }

    /** In a module `a<!--b` is a row of operators, in a script a comment starts there. */
    UnaryExpression(node) {
      if (this.source.startsWith('<!--', node.start - 1)) this.edits.wrap(node.start, node.end, ' ', '');
      this.visit(node.argument);
    }

    // -- operations

    /** A call that stands alone at the top level: the runtime makes it when the module's other code ran. */
    operation(statement) {
      const call = statement.expression;
      const mark = this.chains.length;
      this.awaits = 0;
      this.visit(call);
      const chain = this.chains[mark];
      const named = chain?.call === call ? chain.base : call;
      let thunk = this.awaits > 0 ? 'async()=>' : '()=>';
      if (this.pending) {
        if (!startsAtState(call)) this.fail(this.pending, OUTSIDE);
        thunk = this.awaits > 0 ? '()=>async state=>' : '()=>state=>';
        this.pending = null;
        this.chains.length = mark;
      }
      const [open, close] = this.source[call.start] === '{' ? ['(', ')'] : ['', ''];
      const name = JSON.stringify(dottedName(named.callee ?? named));
      const { line } = locate(this.starts, statement.start);
      const before = `${this.job}.operation(${thunk}${open}`;
      this.edits.wrap(call.start, call.end, before, `${close},${name},${line})`, 0);
    }

    CallExpression(node) {
      this.deferChain(node);
      const { pending } = this;
      this.pending = null;
      this.visit(node.callee);
      const givesValue = this.pending !== null || this.givesValue(node.callee);
      if (givesValue) this.values.add(node);
      this.pending = pending ?? this.pending;
      for (const argument of node.arguments) {
        if (givesValue) this.valueArgument(argument); else this.operationArgument(argument);
      }
    }

    NewExpression(node) {
      this.visit(node.callee);
      for (const argument of node.arguments) this.valueArgument(argument);
    }

    /**
     * Whether a call of `callee` gives a value, so that `$` in its arguments belongs to the call around it:
     * built-ins, value functions of adaptors, methods of literals, of state and of what such calls gave.
     */
    givesValue(callee) {
      const root = memberRoot(callee);
      const isMember = root !== withoutChain(callee);
      if (root.type === 'CallExpression') return this.values.has(root);
      if (root.type === 'NewExpression') return this.isBuiltIn(root.callee);
      if (root.type !== 'Identifier') return isMember && LITERALS.has(root.type);
      if (root.name === 'state') return isMember;
      const known = isMember ? VALUE_NAMESPACES : VALUE_FUNCTIONS;
      return this.isBuiltIn(root) || (known.has(root.name) && this.isFromAdaptor(root.name));
    }

    isBuiltIn({ name }) {
      const isProvided = this.exported.has(name) || this.globals.has(name);
      return BUILT_INS.has(name) && !isProvided && !this.resolve(name);
    }

    isFromAdaptor(name) {
      const scope = this.resolve(name);
      return scope ? !scope.parent && this.adaptorImports.has(name) : this.exported.has(name);
    }

    // -- lazy state

    MemberExpression(node) {
      if (node.object.type === 'Identifier' && node.object.name === '$') this.lazyChain(node);
      this.visit(node.object);
      if (node.computed) this.visit(node.property);
    }

    /** Renames the `$` that a member chain starts with. Only scopes below the module's can have their own. */
    lazyChain(node) {
      if (this.inLiteral || this.resolve('$')?.parent) return;
      this.edits.replace(node.object.start, node.object.end, 'state');
      this.pending ??= node;
    }

    /** `$` anywhere in an operation's argument makes that argument a function of state, which the runtime can tell. */
    operationArgument(node) {
      const { pending, inCallback, awaits, yielding } = this;
      const mark = this.chains.length;
      this.pending = null;
      this.inCallback = false;
      this.visit(node);
      if (this.pending && this.needsFunction(node)) {
        if (this.yielding !== yielding) this.fail(this.yielding, YIELD);
        this.edits.wrap(node.start, node.end, this.awaits > awaits ? 'async state=>/*$*/(' : 'state=>/*$*/(', ')');
        this.awaits = awaits;
        this.chains.length = mark; // they are inside a function now, where `.then` stays as it is
      }
      this.pending = pending;
      this.inCallback = inCallback;
    }

    /** Whether a lazy argument has to be wrapped. An arrow function stays, but must be one of state. */
    needsFunction(node) {
      if (node.type === 'SpreadElement') this.fail(node, SPREAD);
      if (node.type !== 'ArrowFunctionExpression') return true;
      if (node.params.length !== 1) this.fail(node, ARITY);
      const parameter = this.source.slice(node.params[0].start, node.params[0].end);
      if (!isFunctionOfState(node)) this.fail(node, `Parameter "${parameter}" should be called "state"`);
      return false;
    }

    /** `$` in an argument of a value function is left to the call around it, also from inside callbacks. */
    valueArgument(node) {
      const { pending, inCallback } = this;
      this.pending = null;
      this.inCallback ||= FUNCTIONS.has(node.type);
      this.visit(node);
      if (isFunctionOfState(node)) this.pending = null;
      this.pending = pending ?? this.pending;
      this.inCallback = inCallback;
    }

    // -- then and catch

    /** Notes a `.then`/`.catch` chain and the operation it starts from. The outermost call comes first. */
    deferChain(node) {
      if (!this.topScope || this.inLiteral || this.chainLinks.has(node)) return;
      let base = node;
      let isDeferred = false;
      while (isChainLink(base)) {
        this.chainLinks.add(base);
        isDeferred ||= base.callee.property.name !== 'finally';
        base = withoutChain(base.callee.object);
      }
      if (isDeferred && !this.isPromise(base)) this.chains.push({ call: node, base });
    }

    /** What is sure to be a promise keeps its own `then`. */
    isPromise({ type, callee }) {
      if (type !== 'CallExpression') return PROMISES.has(type);
      return callee.async || this.isBuiltIn(memberRoot(callee));
    }

    editChains() {
      for (const { call, base } of this.chains) {
        const [open, close] = base.type === 'SequenceExpression' ? ['((', '))'] : ['(', ')'];
        this.edits.wrap(call.start, call.end, `${this.job}.defer(`, ')', 1);
        this.edits.wrap(base.start, base.end, `${this.job}.chain${open}`, close, 2);
      }
    }

    // -- modules

    /** The expression for the exports of a module that the job names. */
    module(name) {
      return `${this.job}.module(${quoted(name)})`;
    }

    /** Imports move to line 1. The `;` that stays keeps the statements around it from joining. */
    importStatement(node) {
      this.edits.replace(node.start, node.end, ';');
      const { value: name } = node.source;
      const isAdaptor = this.adaptors.some(adaptor => adaptor.name === name);
      const keys = [];
      let text = node.specifiers.length > 0 ? '' : `${this.module(name)};`;
      for (const { type, local, imported } of node.specifiers) {
        const key = imported ? propertyKey(imported) : 'default';
        if (type === 'ImportNamespaceSpecifier') text += `const ${local.name}=${this.module(name)};`;
        else keys.push(key === local.name ? key : `${key}:${local.name}`);
        if (isAdaptor && key === local.name) this.adaptorImports.add(key);
      }
      if (keys.length > 0) text += `const{${keys.join()}}=${this.module(name)};`;
      this.explicitImports.push(text);
    }

    ImportDeclaration() {}

    ImportExpression(node) {
      this.edits.replace(node.start, node.start + 'import'.length, `${this.job}.dynamicImport`);
      this.visit(node.source);
    }

    MetaProperty(node) {
      if (node.meta.name === 'import') this.edits.replace(node.start, node.end, `${this.job}.meta`);
    }

    ExportAllDeclaration(node) {
      this.edits.replace(node.start, node.end, ';');
      if (node.exported) this.publish(propertyKey(node.exported), this.module(node.source.value));
      else this.republished.push(node.source.value);
    }

    ExportNamedDeclaration(node) {
      if (node.declaration) {
        addDeclared(node.declaration, new Set()).forEach(name => this.publish(name, name));
        this.edits.replace(node.start, node.declaration.start, '');
        this.visit(node.declaration);
        return;
      }
      this.edits.replace(node.start, node.end, ';');
      for (const { local, exported } of node.specifiers) {
        const value = node.source ? this.module(node.source.value) : local.name;
        const member = node.source ? `[${quoted(local.name ?? local.value)}]` : '';
        this.publish(propertyKey(exported), value + member);
      }
    }

    publish(key, value) {
      this.published.push(`get ${key}(){return ${value}}`);
    }

    /** `export default x` becomes a call; a named function or class stays a declaration in front of one. */
    ExportDefaultDeclaration(node) {
      const { start, end, declaration } = node;
      this.visit(declaration);
      if (declaration.id && declaration.type.endsWith('Declaration')) {
        this.edits.replace(start, declaration.start, '');
        this.edits.wrap(start, end, '', `;${this.job}.default(${declaration.id.name});`);
        return;
      }
      const space = /(?:\s|\/\*[^]*?\*\/|\/\/.*)*/y;
      space.lastIndex = start + 'export'.length;
      space.test(this.source);
      const keyword = space.lastIndex;
      this.edits.replace(start, keyword, '');
      this.edits.replace(keyword, keyword + 'default'.length, `${this.job}.default(`);
      if (this.source[end - 1] === ';') this.edits.wrap(start, end - 1, '', ')');
      else this.edits.wrap(start, end, '', ');');
    }

    // -- the result

    /**
     * Imports of what the job uses of adaptors without declaring it. The first adaptor that has it wins. They
     * differ from the job's own in that the adaptor's `execute` then runs the operations.
     */
    implicitImports() {
      const imports = [];
      for (const { name, exports } of this.adaptors) {
        const names = (exports ?? []).filter(key => this.used.delete(key));
        if (names.length === 0) continue;
        imports.push(`const{${names.join()}}=${this.job}.imports(${JSON.stringify(name)});`);
      }
      return imports;
    }

    compile(program) {
      this.visit(program);
      this.editChains();
      if (this.source.startsWith('#!')) this.edits.replace(0, 2, '//');
      const imports = [...this.implicitImports(), ...this.explicitImports];
      const prefix = `(async function(${this.job}){"use strict";${imports.join('')}`;
      const { code, insertions } = this.edits.apply(prefix, this.starts);
      const others = this.republished.map(name => `${this.job}.exportAll(${quoted(name)});`).join('');
      const named = this.published.length > 0 ? `${this.job}.exports({${this.published.join()}});` : '';
      return { code: `${code}\n${others}${named}})`, insertions };
    }
  }

  /** Compiles a job. A job that cannot be compiled makes it throw { name, message, line, column }. */
  function compile(source, options = {}) {
    const settings = {
      sourceType: 'module', ecmaVersion: 'latest', allowHashBang: true, allowAwaitOutsideFunction: true,
    };
    try {
      return new Walk(source, options).compile(acorn.parse(source, settings));
    } catch (error) {
      if (error instanceof RangeError) throw compileError('SyntaxError', TOO_DEEP, { line: 1, column: 0 });
      if (!(error instanceof SyntaxError && error.loc)) throw error;
      throw compileError('SyntaxError', error.message.replace(/ \(\d+:\d+\)$/, ''), error.loc);
    }
  }

  return compile;
})
