query('select * from bench_big', { chunkSize: 1000 }, (state, rows) => ({
  ...state,
  count: (state.count ?? 0) + rows.length,
}));

fn(({ count }) => ({ count }));
