fn(state => ({ ...state, ids: Array.from({ length: state.count }, (_, id) => id) }));

// What waits while the connection is busy goes to the server together.
each(
  '$.ids[*]',
  sql('insert into bench_rows (id, name, age) values ($1, $2, $3)', {
    values: state => [state.data, `person ${state.data}`, 18 + (state.data % 60)],
  }).then(state => ({ ...state, data: {}, references: [] })),
  { concurrency: 64 }
);

fn(({ ids }) => ({ inserted: ids.length }));
