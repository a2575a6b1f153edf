// Run it: swift run example Jobs/find.js -a example -s Jobs/state.json -O
find('patients', 10);

fn(state => ({ ...state, data: state.data.map(record => record.id) }));
