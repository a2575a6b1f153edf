// What jobs/each-sync.js does, in a plain loop: node each-sync.js COUNT
const rows = Array.from({ length: Number(process.argv[2]) }, (_, id) => ({ id, name: `person ${id}`, score: id / 7 }));
const found = [];
for (let index = 0; index < rows.length; index++) {
  const { id, name, score } = rows[index];
  found.push({ id, label: `${name.toUpperCase()} #${index}`, score: Math.round(score) });
}
console.log(JSON.stringify({ count: found.length }));
