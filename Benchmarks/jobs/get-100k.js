fn(state => ({ ...state, ids: Array.from({ length: state.data.count }, (_, id) => id) }));

// Only the status is kept of each answer.
each('$.ids[*]', get(state => `/items?i=${state.data}`).then(keepStatus), { concurrency: 16 });

fn(({ data }) => ({ count: data.filter(status => status === 200).length }));

function keepStatus({ response }) {
  return { data: response.statusCode };
}
