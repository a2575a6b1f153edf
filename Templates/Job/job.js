// Run it: adaptor job.js -a http -s state.json -O
get('/todos', { query: { userId: 1 } });

fn(state => ({
  ...state,
  data: state.data.map(({ id, title }) => ({ id, title })),
}));

each(
  $.data,
  fn(state => {
    console.log(`${state.index + 1}. ${state.data.title}`);
    return state;
  })
);
