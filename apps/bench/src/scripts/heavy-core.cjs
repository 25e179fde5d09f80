// Some 10 MB of objects, like a parsed data file or a filled cache.
const rows = Array.from({ length: 100_000 }, (_, index) => ({ index, text: `row ${index}`, tags: [index] }));

exports.create = () => ({
  operations: {
    sum: () => rows.reduce((total, { index }) => total + index, 0),
    later: () => new Promise((resolve) => setImmediate(() => resolve(rows.length))),
  },
});
