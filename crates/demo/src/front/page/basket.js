// The basket: how many of which product, kept on this device.

const read = () => new Map(JSON.parse(localStorage.getItem("basket") ?? "[]"));

function write(basket) {
  localStorage.setItem("basket", JSON.stringify([...basket].filter(([, quantity]) => quantity > 0)));
  dispatchEvent(new Event("basket"));
}

export function change(id, by) {
  const basket = read();
  basket.set(id, Math.min(99, Math.max(0, (basket.get(id) ?? 0) + by)));
  write(basket);
}

export const empty = () => write(new Map());
export const contents = () => [...read()].map(([productId, quantity]) => ({ productId, quantity }));
export const count = () => contents().reduce((sum, { quantity }) => sum + quantity, 0);
