get('/big');

fn(state => ({
  data: state.data.map(x => ({
    id: x.id,
    label: `${x.name} <${x.email}>`,
    total: x.lines.reduce((sum, line) => sum + line.qty * line.price, 0),
  })),
}));
