// What jobs/json-map.js does, in bare node: node json-map.js STATE OUT
const fs = require('fs');

const state = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const data = state.data
  .filter(x => x.active && x.score > 0.25)
  .map(x => ({
    id: x.id,
    label: `${x.name} <${x.email}>`,
    total: x.lines.reduce((sum, line) => sum + line.qty * line.price, 0),
    tags: x.tags,
  }));
// Two spaces, as the runner writes its final state.
fs.writeFileSync(process.argv[3], JSON.stringify({ data }, null, 2));
