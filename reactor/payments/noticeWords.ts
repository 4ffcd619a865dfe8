import { toPesos } from "./money.ts";
import type { Payee } from "./payee.ts";
import { type AnyEventType, momentInMexico } from "./words.ts";

type Text = Readonly<{ subject: string; body: string }>;

/** Which events buyer and seller are told of by mail, and in which words. */
const NOTICES = {
  deposito_detectado: {
    es: {
      subject: "Llegó el depósito del pago {payment}",
      body: "El banco recibió el depósito de {amount} del pago {payment}. En unos minutos queda en custodia; no hay que hacer nada.",
    },
    en: {
      subject: "The deposit of payment {payment} has arrived",
      body: "The bank has received the deposit of {amount} of payment {payment}. In some minutes it is in custody; there is nothing to do.",
    },
  },
  custodia_activa: {
    es: {
      subject: "El dinero del pago {payment} está en custodia",
      body: "Los {amount} del pago {payment} están en custodia hasta el {custody_end} (hora del centro de México). Ni el comprador ni el vendedor pueden moverlos.",
    },
    en: {
      subject: "The money of payment {payment} is in custody",
      body: "The {amount} of payment {payment} are in custody until {custody_end} (time of central Mexico). Neither buyer nor seller can move them.",
    },
  },
  pago_completado: {
    es: {
      subject: "El pago {payment} está pagado",
      body: "El SPEI de {amount} del pago {payment} llegó a la cuenta del vendedor.",
    },
    en: {
      subject: "Payment {payment} is paid",
      body: "The SPEI of {amount} of payment {payment} has arrived on the seller's account.",
    },
  },
  deposito_devuelto: {
    es: {
      subject: "El banco devolvió el depósito del pago {payment}",
      body: "El banco devolvió el depósito de {amount} del pago {payment} a la cuenta de donde vino. El pago espera un depósito nuevo.",
    },
    en: {
      subject: "The bank returned the deposit of payment {payment}",
      body: "The bank returned the deposit of {amount} of payment {payment} to the account that it came from. The payment awaits a new deposit.",
    },
  },
  enlace_por_correo: {
    es: {
      subject: "La página del pago {payment}",
      body: "Esta es su página del pago {payment} de {amount}. Se la enviamos porque alguien de Kustodia lo pidió.",
    },
    en: {
      subject: "The page of payment {payment}",
      body: "This is your page of payment {payment} of {amount}. We send it since somebody of Kustodia asked for it.",
    },
  },
} as const satisfies Partial<Record<AnyEventType, Readonly<{ es: Text; en: Text }>>>;

/** What is told of a payout that gives the money back to the buyer. */
const REFUNDED: Readonly<{ es: Text; en: Text }> = {
  es: {
    subject: "El dinero del pago {payment} se devolvió",
    body: "El SPEI de {amount} del pago {payment} llegó a la cuenta del comprador: el dinero se devolvió.",
  },
  en: {
    subject: "The money of payment {payment} was given back",
    body: "The SPEI of {amount} of payment {payment} has arrived on the buyer's account: the money was given back.",
  },
};

/** Said of a link by which its party may have the seller paid before custody ends. */
const APPROVES = {
  es: "Mientras el dinero está en custodia, desde esa página puede aprobar que se pague antes de su fin. Nadie más recibió este enlace: quien lo tenga aprueba en su nombre.",
  en: "While the money is in custody you may approve on that page that it is paid before its end. Nobody else was sent this link: whoever has it approves in your name.",
};

type NoticedType = keyof typeof NOTICES;
export const NOTICED = Object.keys(NOTICES) as readonly NoticedType[];

/** What a mail needs to know of its payment. */
type Noticed = Readonly<{
  type: NoticedType;
  /** Whom the payout was for, of an event of a payout. */
  payee: Payee | null;
  paymentId: number;
  /** Of the event itself, as it was told; null: the payment's. */
  amount: string | null;
  amountCentavos: bigint;
  custodyEndMs: number;
  /** Whether its link may approve an end of custody before its time. */
  approves: boolean;
}>;

/** A notice in Spanish, the English under it. @param link opens this payment's page to whoever has it. */
export function describeNotice(noticed: Noticed, link: string) {
  const { type, payee, paymentId, amount, amountCentavos, custodyEndMs, approves } = noticed;
  const { es, en } = type === "pago_completado" && payee === "buyer" ? REFUNDED : NOTICES[type];
  const data: Readonly<Record<string, string>> = {
    payment: String(paymentId),
    amount: `${amount ?? toPesos(amountCentavos)} MXN`,
    custody_end: momentInMexico(custodyEndMs),
  };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => data[name] ?? "—");
  const text = [
    fill(es.body),
    `Siga su pago aquí: ${link}`,
    "Quien tenga esta dirección ve este pago: no la comparta.",
    ...(approves ? [APPROVES.es] : []),
    "—",
    fill(en.body),
    `Follow your payment there, in English too. Whoever has that address sees this payment: do not share it.`,
    ...(approves ? [APPROVES.en] : []),
  ];
  return { subject: fill(es.subject), text: text.join("\n\n") };
}
