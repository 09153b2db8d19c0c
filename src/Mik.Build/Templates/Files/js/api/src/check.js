// What a body must look like: each field has a rule that gives what is wrong with a value, or nothing.
export const text = ({ most = 1000, optional = false } = {}) => ({
  optional,
  fault: (value) => (typeof value !== 'string' ? 'must be a text' : value.length > most ? `must have at most ${most} characters` : undefined),
});

export const integer = ({ least = Number.MIN_SAFE_INTEGER, optional = false } = {}) => ({
  optional,
  fault: (value) => (!Number.isInteger(value) ? 'must be a whole number' : value < least ? `must be at least ${least}` : undefined),
});

/** The fields of a value that rules know, or what is wrong with each. */
export function check(rules, value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { errors: { '': 'must be an object' } };
  }

  const checked = {};
  const errors = {};
  for (const [name, { optional, fault }] of Object.entries(rules)) {
    const given = value[name];
    const wrong = given === undefined ? (optional ? undefined : 'is missing') : fault(given);
    if (wrong !== undefined) {
      errors[name] = wrong;
    } else if (given !== undefined) {
      checked[name] = given;
    }
  }

  return Object.keys(errors).length === 0 ? { value: checked } : { errors };
}
