function work() {
  const map = new Map();
  for (let i = 0; i < 2000; i++) map.set(`key${i}`, i);
  let sum = 0;
  for (let i = 0; i < 4000; i++) sum += map.get(`key${i}`) ?? 1;
  return sum;
}
