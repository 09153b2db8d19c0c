class Point {
  constructor(x, y) { this.x = x; this.y = y; }
  add(other) { return new Point(this.x + other.x, this.y + other.y); }
}
function work() {
  let point = new Point(0, 0);
  const step = new Point(1, 2), list = [];
  for (let i = 0; i < 5000; i++) {
    point = point.add(step);
    if (i % 50 === 0) list.push({ ...point, i });
  }
  return list.reduce((sum, item) => sum + item.x + item.y + item.i, 0);
}
