// Names of hosts: what has letters, digits and dots only needs no tables, so that these are read when the first other name comes.
const isPlain = /^[a-z0-9.-]+$/;
const hasPrefix = /(?:^|\.)xn--/;

exports.toASCII = (domain, options) => {
  const lower = domain.toLowerCase();
  return isPlain.test(lower) && !hasPrefix.test(lower) ? lower : require('tr46/index.js').toASCII(domain, options);
};
