fn(state => ({ ...state, ids: Array.from({ length: state.count }, (_, id) => id) }));

each(
  '$.ids[*]',
  sql('insert into bench_rows (id, name, age) values ($1, $2, $3)', {
    values: state => [state.data, `person ${state.data}`, 18 + (state.data % 60)],
  }).then(state => ({ ...state, data: {}, references: [] }))
);

fn(({ ids }) => ({ inserted: ids.length }));
