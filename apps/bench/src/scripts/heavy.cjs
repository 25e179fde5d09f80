exports.heavy = () => ({
  operations: { sum: { params: {} }, later: { params: {}, returns: 'promise' } },
  load: () => require('./heavy-core.cjs').create(),
});
