import { z } from "@hono/zod-openapi";

export const problemDocument = z
  .object({
    type: z.string().openapi({
      format: "uri-reference",
      example: "/problems/wrong_check_digit",
      description: "A page of this API that says what it means",
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: "Spanish" }),
    detail_en: z.string(),
    pointer: z.string().optional().openapi({ example: "/payout_clabe" }),
  })
  .openapi("Problem");

const answer = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: problemDocument } },
});

/** What every route may answer instead (RFC 9457). */
export const problemAnswers = {
  "4XX": answer("The request is refused, and says why"),
  "5XX": answer("Not now, or an error of ours"),
} as const;
