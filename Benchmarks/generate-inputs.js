// Writes the inputs of all workloads: node generate-inputs.js FOLDER
// Deterministic (a fixed linear congruential generator), except for the addresses of the servers:
// BENCH_HTTP_URL, APACHE_URL, APACHE_USER, APACHE_PASSWORD, POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER,
// POSTGRES_PASSWORD, POSTGRES_DATABASE.
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const folder = process.argv[2];
const env = process.env;
const web = { baseUrl: env.BENCH_HTTP_URL };
const database = {
  host: env.POSTGRES_HOST,
  port: Number(env.POSTGRES_PORT),
  database: env.POSTGRES_DATABASE,
  user: env.POSTGRES_USER,
  password: env.POSTGRES_PASSWORD,
};

const FIRST = ['Amina', 'Bram', 'Chipo', 'Deepa', 'Elodie', 'Femi', 'Grace', 'Hugo'];
const LAST = ['Okafor', 'Smith', 'Moyo', 'Patel', 'Diallo', 'Kim', 'Garcia', 'Nowak'];
let seed = 12345;
const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
const pick = list => list[(random() * list.length) | 0];
const sequence = (length, make) => Array.from({ length }, (_, i) => make(i));

function person(id) {
  const first = pick(FIRST), last = pick(LAST);
  return { id, name: `${first} ${last}`, email: `${first}.${last}.${id}@example.org`.toLowerCase() };
}

// About 480 bytes of JSON.
function order(id) {
  return {
    ...person(id),
    active: random() > 0.4,
    score: +random().toFixed(4),
    tags: [pick(FIRST), pick(LAST)],
    lines: sequence(8, () => ({
      sku: `SKU-${(random() * 1e6) | 0}`,
      qty: 1 + ((random() * 9) | 0),
      price: +(random() * 100).toFixed(2),
    })),
  };
}

// Exactly 300 bytes of JSON.
function body(id) {
  const record = { ...person(id), note: '' };
  record.note = 'x'.repeat(Math.max(0, 300 - JSON.stringify(record).length));
  return record;
}

function row(id) {
  return {
    id,
    uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    name: person(id).name,
    email: `u${id}@example.org`,
    age: 18 + ((random() * 60) | 0),
    score: +random().toFixed(6),
    active: random() > 0.5,
    created_at: new Date(1.7e12 + id * 1000).toISOString(),
  };
}

const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
const writeState = (name, state) => write(`state/${name}.json`, JSON.stringify(state));

// One curl process for all posts; it keeps its connection.
function curlPosts(records) {
  const post = record => [
    `url = "${web.baseUrl}/sink"`,
    'header = "content-type: application/json"',
    'silent',
    'output = "/dev/null"',
    `data-raw = ${JSON.stringify(JSON.stringify(record))}`,
  ].join('\n');
  return records.map(post).join('\nnext\n') + '\n';
}

// The addresses of jobs/digest.js, in one curl process.
function curlDigest(count) {
  const fetch = id => `url = "${apache}/patients.json${id % 2 ? `?i=${id}` : ''}"\noutput = "/dev/null"\n`;
  return `silent\nfail\ndigest\nuser = "${username}:${password}"\n${sequence(count, fetch).join('')}`;
}

// What psql's \copy reads.
const copyLine = r =>
  [r.id, r.uuid, r.name, r.email, r.age, r.score, r.active ? 't' : 'f', r.created_at].join('\t') + '\n';

for (const sub of ['state', 'www']) fs.mkdirSync(path.join(folder, sub), { recursive: true });
writeState('empty', { configuration: web, data: {} });

const items = [];
while (JSON.stringify(items).length < 930) items.push(person(items.length));
write('www/items', JSON.stringify(items));
write('www/big', JSON.stringify(sequence(20000, order)));

for (const [name, length] of [['1k', 1000], ['10k', 10000]]) {
  const data = sequence(length, body);
  writeState(`each-${name}`, { configuration: web, data });
  write(`state/curl-${name}.cfg`, curlPosts(data));
}

const rows = sequence(100000, row);
for (const [name, length] of [['10k', 10000], ['100k', 100000]]) {
  writeState(`pg-${name}`, { configuration: database, rows: rows.slice(0, length) });
  write(`state/pg-${name}.tsv`, rows.slice(0, length).map(copyLine).join(''));
}
writeState('pg-none', { configuration: database, count: 10000 });

for (const count of [0, 100000]) writeState(`count-${count}`, { configuration: {}, data: { count } });
for (const count of [1000, 10000, 100000]) writeState(`count-${count}-http`, { configuration: web, data: { count } });

const { APACHE_URL: apache, APACHE_USER: username, APACHE_PASSWORD: password } = env;
writeState('digest-1k', { configuration: { baseUrl: apache, username, password }, data: { count: 1000 } });
write('state/digest-1k.cfg', curlDigest(1000));

// 8,000 operations in 1 MB.
const operation = i => [
  `each($.data.rows${i}, fn(state => {`,
  `  const { name, score } = state.data; // the label and the total of row ${i}`,
  `  return { ...state, label: \`\${name} (${i})\`, total: score * ${i} + state.index };`,
  '}));',
  '',
].join('\n');
const pair = i => `fn(state => ({ ...state, data: { rows${i}: [] } }));\n${operation(i)}`;
write('operations.js', sequence(4000, pair).join(''));

// A million rows of eight columns, one in ten with a quoted field.
const csv = fs.openSync(path.join(folder, 'www/rows.csv'), 'w');
fs.writeSync(csv, `${Object.keys(row(0)).join(',')}\n`);
for (let start = 0; start < 1e6; start += 1e4) {
  const line = i => {
    const cells = Object.values(row(start + i));
    if (i % 10 === 0) cells[2] = `"${cells[2]}, ""Dr"""`;
    return `${cells.join(',')}\n`;
  };
  fs.writeSync(csv, sequence(1e4, line).join(''));
}
fs.closeSync(csv);

// 1 GB that does not compress, made once.
const GIGABYTE = 1e9, PIECE = 1e6, large = path.join(folder, 'www/1gb');
if (fs.statSync(large, { throwIfNoEntry: false })?.size !== GIGABYTE) {
  const cipher = crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
  const file = fs.openSync(large, 'w');
  for (let written = 0; written < GIGABYTE; written += PIECE) fs.writeSync(file, cipher.update(Buffer.alloc(PIECE)));
  fs.closeSync(file);
}

// Written piece by piece: 50 MB.
const out = fs.openSync(path.join(folder, 'state/json-50mb.json'), 'w');
fs.writeSync(out, '{"data":[');
for (let written = 0, i = 0; written < 50e6; i++) {
  const text = (i ? ',' : '') + JSON.stringify(order(i));
  written += fs.writeSync(out, text);
}
fs.writeSync(out, ']}');
fs.closeSync(out);
