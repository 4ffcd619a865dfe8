import type { Child } from "hono/jsx";

/** A part of a page under its own heading. @param id by which its content is shown anew while the page is open. */
export const Card = ({ id, title, children }: { id: string; title: string; children?: Child }) => (
  <section class="card" id={id} aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`}>{title}</h2>
    {children}
  </section>
);
