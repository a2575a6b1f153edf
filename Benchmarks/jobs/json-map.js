fn(state => ({
  data: state.data
    .filter(x => x.active && x.score > 0.25)
    .map(x => ({
      id: x.id,
      label: `${x.name} <${x.email}>`,
      total: x.lines.reduce((sum, line) => sum + line.qty * line.price, 0),
      tags: x.tags,
    })),
}));
