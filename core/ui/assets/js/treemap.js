/**
 * Squarified treemap: sizes in, rectangles out, each with an honest area.
 *
 * Pure. What would be too small to read goes together into one "other" strip, carved from what the
 * first row leaves over; sorted in among the rest it would break the layout, appended it would be a
 * sliver. After Bruls, Huizing and van Wijk, "Squarified treemaps" (2000).
 */

/** @typedef {{x: number, y: number, w: number, h: number}} Rect */
/** @typedef {{id: string, size: number}} Item */

/** Neighbours trade places only when the smaller has clearly outgrown the larger. */
const OUTGROWN = 1.15;

/**
 * Items by falling size, keeping the order of last time among those of about one size.
 * @param {Item[]} items
 * @param {string[]} previous ids as they were ordered last time
 * @returns {Item[]}
 */
export function stableOrder(items, previous = []) {
  const rank = new Map(previous.map((id, index) => [id, index]));
  const bySize = [...items].sort((a, b) => b.size - a.size);
  if (!bySize.some(({ id }) => rank.has(id))) return bySize;
  const kept = bySize.filter(({ id }) => rank.has(id)).sort((a, b) => rank.get(a.id) - rank.get(b.id));
  settle(kept);
  const fresh = bySize.filter(({ id }) => !rank.has(id));
  for (const item of fresh) {
    const at = kept.findIndex(({ size }) => size < item.size);
    kept.splice(at < 0 ? kept.length : at, 0, item);
  }
  return kept;
}

function settle(items) {
  for (let i = 1; i < items.length; i += 1) {
    for (let j = i; j > 0 && items[j].size > items[j - 1].size * OUTGROWN; j -= 1) {
      [items[j - 1], items[j]] = [items[j], items[j - 1]];
    }
  }
}

/**
 * Lay out as many items as can be read, and the others together as one strip.
 * @param {Item[]} items in falling order; sizes above 0
 * @param {Rect} box
 * @param {(item: Item, rect: Rect) => boolean} fits whether this item can be read there
 * @param {(count: number, rect: Rect) => boolean} otherFits
 * @returns {{tiles: {id: string, rect: Rect}[], other: {ids: string[], rect: Rect}|null}}
 */
export function layout(items, box, fits = () => true, otherFits = () => true) {
  if (!items.length || box.w <= 0 || box.h <= 0) return { tiles: [], other: null };
  const attempt = (count) => {
    const made = place(items, count, box);
    const readable = made.tiles.every(({ id, rect }, i) => id !== items[i].id || fits(items[i], rect));
    return { made, good: readable && (!made.other || otherFits(items.length - count, made.other.rect)) };
  };
  const whole = attempt(items.length);
  if (whole.good) return whole.made;
  // Fewer tiles are mostly, not always, larger ones: halve towards the limit, then walk down.
  let [low, high] = [1, items.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (attempt(middle).good) low = middle;
    else high = middle - 1;
  }
  for (let count = low; count > 0; count -= 1) {
    const { made, good } = attempt(count);
    if (good) return made;
  }
  return place(items, Math.min(low, items.length), box);
}

function place(items, count, box) {
  const total = items.reduce((sum, { size }) => sum + size, 0);
  const scale = (box.w * box.h) / total;
  const areas = items.slice(0, count).map(({ size }) => size * scale);
  const ids = items.slice(count).map(({ id }) => id);
  let otherArea = items.slice(count).reduce((sum, { size }) => sum + size, 0) * scale;
  const tiles = [];
  let other = null;
  let rest = box;
  for (let start = 0; start < areas.length; ) {
    const row = takeRow(areas, start, Math.min(rest.w, rest.h));
    const laid = layRow(areas.slice(start, start + row), rest);
    laid.rects.forEach((rect, i) => tiles.push({ id: items[start + i].id, rect }));
    rest = laid.rest;
    start += row;
    if (otherArea > 0 && !other) {
      const h = start < areas.length ? otherArea / rest.w : rest.h;
      other = { ids, rect: { x: rest.x, y: rest.y + rest.h - h, w: rest.w, h } };
      rest = { ...rest, h: rest.h - h };
      otherArea = 0;
    }
  }
  return { tiles, other };
}

function takeRow(areas, start, side) {
  let [sum, count, worst] = [0, 0, Infinity];
  const largest = areas[start];
  let smallest = largest;
  while (start + count < areas.length) {
    const area = areas[start + count];
    const nextSum = sum + area;
    smallest = Math.min(smallest, area);
    const ratio = Math.max(
      (side * side * Math.max(largest, area)) / (nextSum * nextSum),
      (nextSum * nextSum) / (side * side * smallest),
    );
    if (ratio > worst) break;
    [sum, worst] = [nextSum, ratio];
    count += 1;
  }
  return count;
}

function layRow(areas, rest) {
  const sum = areas.reduce((a, b) => a + b, 0);
  const rects = [];
  if (rest.w >= rest.h) {
    const w = Math.min(rest.w, sum / rest.h);
    let y = rest.y;
    for (const area of areas) {
      const h = (area / sum) * rest.h;
      rects.push({ x: rest.x, y, w, h });
      y += h;
    }
    return { rects, rest: { x: rest.x + w, y: rest.y, w: rest.w - w, h: rest.h } };
  }
  const h = Math.min(rest.h, sum / rest.w);
  let x = rest.x;
  for (const area of areas) {
    const w = (area / sum) * rest.w;
    rects.push({ x, y: rest.y, w, h });
    x += w;
  }
  return { rects, rest: { x: rest.x, y: rest.y + h, w: rest.w, h: rest.h - h } };
}
