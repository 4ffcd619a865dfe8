import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPayer } from "../../reactor/payments/readPayer.ts";

const letters = (alphabet: string, min: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength: min, maxLength: 9 }).map((some) => some.join(""));
/** Names of people as they are written here: words of four letters or more, so that none is a particle. */
const words = fc.array(letters("abcdeghilmnopruváéíóúñü", 4), { minLength: 2, maxLength: 5 });
const withoutAccents = (name: string) => name.normalize("NFD").replace(/\p{M}/gu, "");

describe("a payer's name is the buyer's", () => {
  test("however it is written: accents, case, punctuation, order, particles, the company's form", () => {
    fc.assert(
      fc.property(words, fc.integer(), fc.boolean(), (name, turn, comma) => {
        const from = Math.abs(turn) % name.length;
        const turned = [...name.slice(from), ...name.slice(0, from)];
        const told = withoutAccents(turned.join(comma ? ", " : "  ")).toUpperCase();
        expect(readPayer(told.slice(0, 400), name.join(" "))).toBe("buyer");
        expect(readPayer(`${told} DE LA`, name.join(" "))).toBe("buyer");
      }),
    );
  });

  test("as far as a SPEI tells it, cut off at forty characters", () => {
    fc.assert(
      fc.property(fc.array(letters("abcdeghilmnop", 4), { minLength: 8, maxLength: 12 }), (name) => {
        const whole = name.join(" ").toUpperCase();
        fc.pre(whole.length > 40);
        expect(readPayer(whole.slice(0, 40), whole)).toBe("buyer");
        expect(readPayer(whole.slice(0, 30), whole)).toBe("another");
      }),
    );
  });

  test.each([
    ["GARCIA LOPEZ MARIA JOSE", "María José García López"],
    ["PENA NUNEZ, JOSE", "José Peña Núñez"],
    ["COMERCIALIZADORA DEL NORTE SA DE CV", "Comercializadora del Norte, S.A. de C.V."],
    ["COMERCIALIZADORA DEL NORTE", "Comercializadora del Norte, S.A. de C.V."],
    ["O'BRIEN LUIS", "Luis OBrien"],
  ])("%s pays for %s", (told, buyer) => {
    expect(readPayer(told, buyer)).toBe("buyer");
  });
});

describe("it is another's", () => {
  test("when a word is missing, or there is one more, or one is another", () => {
    fc.assert(
      fc.property(words, letters("wxyzk", 4), (name, stranger) => {
        const buyer = name.join(" ");
        fc.pre(buyer.length < 35);
        expect(readPayer(name.slice(1).join(" "), buyer)).toBe("another");
        expect(readPayer(`${buyer} ${stranger}`.slice(0, 38), buyer)).toBe("another");
        expect(readPayer([stranger, ...name.slice(1)].join(" "), buyer)).toBe("another");
      }),
    );
  });

  test.each([
    ["Ana López", "Ana López García"],
    ["Ana Ana", "Ana López"],
    ["OPERADORA DE SERVICIOS INTEGRALES DEL BA", "Operadora de Servicios Integrales del Centro"],
  ])("%s does not pay for %s", (told, buyer) => {
    expect(readPayer(told, buyer)).toBe("another");
  });
});

test.each([null, "", " . ", "S.A. DE C.V."])("%j tells nobody", (told) => {
  expect(readPayer(told, "Ana López")).toBe("untold");
});
