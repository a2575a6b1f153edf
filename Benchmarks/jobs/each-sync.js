fn(state => {
  const rows = Array.from({ length: state.data.count }, (_, id) => ({ id, name: `person ${id}`, score: id / 7 }));
  return { rows, found: [] };
});

each(
  $.rows,
  fn(state => {
    const { id, name, score } = state.data;
    state.found.push({ id, label: `${name.toUpperCase()} #${state.index}`, score: Math.round(score) });
    return state;
  })
);

fn(({ found }) => ({ count: found.length }));
