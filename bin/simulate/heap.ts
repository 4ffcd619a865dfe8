/** A binary heap: what comes first by `isFirst` is taken first. */
export type Heap<T> = Readonly<{
  peek(): T | undefined;
  push(item: T): void;
  pop(): T | undefined;
}>;

export function createHeap<T>(isFirst: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const precedes = (a: number, b: number) => {
    const [one, other] = [items[a], items[b]];
    return one !== undefined && other !== undefined && isFirst(one, other);
  };
  const swap = (a: number, b: number) => {
    const [one, other] = [items[a], items[b]];
    if (one === undefined || other === undefined) return;
    items[a] = other;
    items[b] = one;
  };
  return {
    peek: () => items[0],
    push: (item) => {
      let at = items.push(item) - 1;
      while (at > 0) {
        const above = (at - 1) >> 1;
        if (!precedes(at, above)) return;
        swap(at, above);
        at = above;
      }
    },
    pop: () => {
      swap(0, items.length - 1);
      const first = items.pop();
      for (let at = 0; ; ) {
        let least = at;
        for (const below of [2 * at + 1, 2 * at + 2]) if (precedes(below, least)) least = below;
        if (least === at) return first;
        swap(at, least);
        at = least;
      }
    },
  };
}
