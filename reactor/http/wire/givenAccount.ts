import { line, payableClabe } from "./fields.ts";

const LONGEST_NAME = 200;

/** A bank account that somebody names, to be paid to. */
export const givenAccount = {
  legal_name: line(LONGEST_NAME).openapi({ example: "Vendedora de Prueba SA de CV" }),
  clabe: payableClabe().openapi({ example: "002115016003269411" }),
};
