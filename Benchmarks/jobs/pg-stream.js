query('select * from bench_big', { chunkSize: 1000 }, (state, rows) => ({
  ...state,
  seen: (state.seen ?? 0) + rows.length,
}));

fn(({ seen }) => ({ count: seen }));
