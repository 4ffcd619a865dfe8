import { expect, test } from "vitest";
import { shareReading } from "../../reactor/http/shareReading.ts";

/** A reading that ends when it is told to, under a clock that stands until it is moved. */
function open() {
  const state = { nowMs: 0, begun: 0 };
  const ends: { done(value: string): void; fail(error: Error): void }[] = [];
  const shared = shareReading(
    () =>
      new Promise<string>((done, fail) => {
        state.begun++;
        ends.push({ done, fail });
      }),
    { freshMs: 100, oldestMs: 250, monotonicMs: () => state.nowMs },
  );
  const nth = (number: number) => {
    const end = ends[number - 1];
    if (end === undefined) throw new Error(`Reading ${number} was not begun.`);
    return end;
  };
  /** Asks while reading `number` is under way, and ends it with its own name. */
  const readWith = async (number: number) => {
    const answer = shared.read();
    nth(number).done(`${number}`);
    return answer;
  };
  return { ...shared, state, nth, readWith };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("all who ask while it is being read are answered by that one reading, and so is who asks soon after", async () => {
  const { read, state, nth } = open();
  const answers = [read(), read(), read()];
  nth(1).done("1");
  expect(await Promise.all(answers)).toEqual(["1", "1", "1"]);
  state.nowMs = 100;
  expect(await read()).toBe("1");
  expect(state.begun).toBe(1);
});

test("one that is no longer fresh is still answered, and read again behind it, once", async () => {
  const { read, state, nth, readWith } = open();
  await readWith(1);
  state.nowMs = 101;
  expect(await Promise.all([read(), read()])).toEqual(["1", "1"]);
  expect(state.begun).toBe(2);
  nth(2).done("2");
  await settled();
  expect(await read()).toBe("2");
});

test("one that is too old is answered to nobody; its age counts from when it was begun", async () => {
  const { read, state, nth, readWith } = open();
  const first = read();
  state.nowMs = 200;
  nth(1).done("1");
  expect(await first).toBe("1");
  await settled();
  state.nowMs = 251;
  expect(await readWith(2)).toBe("2");
});

test("what was forgotten is read anew, also when its reading was under way already", async () => {
  const { read, forget, state, nth, readWith } = open();
  await readWith(1);
  state.nowMs = 101;
  await read();
  forget();
  const anew = read();
  nth(2).done("2");
  await settled();
  const meanwhile = read();
  nth(3).done("3");
  expect(await Promise.all([anew, meanwhile])).toEqual(["3", "3"]);
});

test("a reading that fails is told to those who waited for it, and nobody after them", async () => {
  const { read, state, nth, readWith } = open();
  const failing = read();
  nth(1).fail(new Error("the database is away"));
  await expect(failing).rejects.toThrow("away");
  await settled();
  expect(await readWith(2)).toBe("2");
  await settled();
  state.nowMs = 101;
  expect(await read()).toBe("2");
  nth(3).fail(new Error("away again"));
  await settled();
  expect(await readWith(4)).toBe("4");
});
