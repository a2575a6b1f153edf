fn(state => ({ ...state, ids: Array.from({ length: state.data.count }, (_, id) => id) }));

// Half of the requests have a URL of their own.
each('$.ids[*]', get(state => `/patients.json${state.data % 2 ? `?i=${state.data}` : ''}`).then(keepStatus));

fn(({ statuses }) => ({ count: statuses.length }));

function keepStatus({ response, statuses = [], ...state }) {
  if (response.statusCode === 200) statuses.push(200);
  return { ...state, statuses, references: [] };
}
