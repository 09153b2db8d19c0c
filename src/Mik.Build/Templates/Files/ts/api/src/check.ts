// What a body must look like: each field has a rule that gives what is wrong with a value, or nothing.
export interface Rule {
  optional: boolean;
  fault(value: unknown): string | undefined;
}

export const text = ({ most = 1000, optional = false } = {}): Rule => ({
  optional,
  fault: (value) => (typeof value !== 'string' ? 'must be a text' : value.length > most ? `must have at most ${most} characters` : undefined),
});

export const integer = ({ least = Number.MIN_SAFE_INTEGER, optional = false } = {}): Rule => ({
  optional,
  fault: (value) => (typeof value !== 'number' || !Number.isInteger(value) ? 'must be a whole number' : value < least ? `must be at least ${least}` : undefined),
});

export interface Checked {
  value?: Record<string, unknown>;
  errors?: Record<string, string>;
}

/** The fields of a value that rules know, or what is wrong with each. */
export function check(rules: Record<string, Rule>, value: unknown): Checked {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { errors: { '': 'must be an object' } };
  }

  const checked: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const [name, { optional, fault }] of Object.entries(rules)) {
    const given = (value as Record<string, unknown>)[name];
    const wrong = given === undefined ? (optional ? undefined : 'is missing') : fault(given);
    if (wrong !== undefined) {
      errors[name] = wrong;
    } else if (given !== undefined) {
      checked[name] = given;
    }
  }

  return Object.keys(errors).length === 0 ? { value: checked } : { errors };
}
