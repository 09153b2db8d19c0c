function work() {
  let sum = 0;
  for (let i = 0; i < 100000; i++) sum = (sum + i * 3) & 0xffffff;
  return sum;
}
