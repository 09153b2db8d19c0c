// Two values side by side, line by line.
import { inspect } from '../format.js';
import { isStandIn } from './equality.js';

const MAX_LINES = 400;

const shown = (value) => (isStandIn(value) ? String(value) : value instanceof Error ? `[${value.name}: ${value.message}]` : inspect(value));

/** Values as text for a message. */
export { shown };

/** The lines that differ: "-" is expected, "+" is what there was. Empty when one line each says it all. */
export function difference(expected, actual) {
  const [left, right] = [shown(expected).split('\n'), shown(actual).split('\n')];
  if ((left.length === 1 && right.length === 1) || left.length > MAX_LINES || right.length > MAX_LINES) {
    return '';
  }

  // The longest common subsequence.
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i][j] = left[i] === right[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }

  const lines = [];
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(`  ${left[i++]}`);
      j++;
    } else if (j >= right.length || (i < left.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      lines.push(`- ${left[i++]}`);
    } else {
      lines.push(`+ ${right[j++]}`);
    }
  }

  return lines.join('\n');
}
