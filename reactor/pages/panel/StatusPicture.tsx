import type { z } from "zod";
import type { overviewView } from "../../http/wire/overviewView.ts";
import { Card } from "../parts/Card.tsx";
import { Amount, STATUSES, StatusBadge } from "../parts/facts.tsx";
import type { Visitor } from "../site.ts";

type Counted = z.infer<typeof overviewView>["payments"];

/** How many payments are in each state, as bars beside their numbers; each leads to its list. */
export function StatusPicture({ visitor, payments }: { visitor: Visitor; payments: Counted }) {
  const { say } = visitor;
  const most = Math.max(1, ...payments.map(({ count }) => count));
  const rows = STATUSES.flatMap((status) => payments.filter((one) => one.status === status));
  return (
    <Card id="pagos-por-estado" title={say.payments_by_status}>
      {rows.length === 0 && (
        <p class="quiet">
          {say.no_payments} <a href="/pagos/nuevo">{say.new_payment}</a>
        </p>
      )}
      {rows.length > 0 && (
        <section class="scroll" aria-label={say.payments_by_status} tabindex={0}>
          <table class="bars">
            <thead class="unseen">
              <tr>
                <th scope="col">{say.status}</th>
                <th scope="col">{say.picture}</th>
                <th scope="col">{say.count}</th>
                <th scope="col">{say.amount}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ status, count, amount }) => (
                <tr>
                  <td>
                    <a href={`/pagos?status=${status}`}>
                      <StatusBadge visitor={visitor} status={status} />
                    </a>
                  </td>
                  <td class="wide">
                    <svg class="bar thin" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                      <rect class={`status ${status}`} width={String((count * 100) / most)} height="8" />
                    </svg>
                  </td>
                  <td class="number">{count}</td>
                  <td class="number">
                    <Amount pesos={amount} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
