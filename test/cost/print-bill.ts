import type { CostArguments } from './arguments.ts';
import { type Cost, monthOf, targetsOf } from './bill.ts';
import type { AllMeasured, Measured } from './measure-all.ts';
import { PRICES_AS_OF, PRICES_REGION } from './prices.ts';
import { amountText, attackText, money, monthText, shareText, table, targetText } from './report.ts';
import type { StandingParts } from './standing.ts';
import { billLines, dollarsOf, logLine } from './usage.ts';

type Print = (line: string) => void;

/** What one of something costs, line by line. */
function costText({ what, least, most }: Cost): readonly string[] {
  const lines = billLines(least).map(({ what, amount, dollars }) => [`  ${what}`, amountText(amount), money(dollars)]);
  const logs = money(logLine(least).dollars);
  return [`${what}: ${money(dollarsOf(least))} (at most ${money(dollarsOf(most))}), logs ${logs}`, ...table(lines)];
}

/** The same of what was played, with what it asked AWS for and who spent most. */
function playedText(measured: Measured): readonly string[] {
  const { tally, times } = measured.warm;
  const per = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${amountText(count / times)}`)
      .join(', ');
  return [
    ...costText(measured),
    `  calls: ${per(tally.calls)}`,
    `  invocations: ${per(tally.invocations)}; calls to providers ${amountText(tally.providerCalls / times)}`,
    ...shareText(tally.tableUnits, times).map((line) => `  ${line}`),
    '',
  ];
}

/** The dearer CRM makes the bill; what the other would make of it is said beside it. */
function months(wanted: CostArguments, { deals, stageEvents, idle, rest }: AllMeasured) {
  return stageEvents
    .flatMap((stageEvent, index) => {
      const deal = deals[index];
      return deal === undefined ? [] : [monthOf(wanted, { deal, rest, stageEvent, idle })];
    })
    .sort((one, other) => dollarsOf(other.least) - dollarsOf(one.least));
}

function standingText(parts: StandingParts): string {
  const alarms = `${parts.alarms} (over ${parts.alarmMetrics} metrics)`;
  const metrics = `${parts.logMetrics} (a calm day feeds ${parts.fedMetrics})`;
  return `Event source mappings ${parts.mappings}, alarms ${alarms}, metrics from logs ${metrics}, dashboards ${parts.dashboards}, secrets ${parts.secrets}; no KMS key of our own.`;
}

function rounded(value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

/** The result of a run, as text for people and in its last line as JSON. */
export function printBill(
  wanted: CostArguments,
  all: AllMeasured,
  machine: Readonly<Record<string, string | number>>,
  print: Print,
): void {
  const { deals, stageEvents, idle, rest, standing } = all;
  const { dealsPerMonth, stageEventsPerDeal } = wanted;
  const section = (title: string, lines: readonly string[]) => {
    for (const line of [title, '', ...lines, '']) print(line);
  };
  const { end } = deals[0]?.warm ?? {};
  const [month, ...others] = months(wanted, all);
  if (month === undefined || end === undefined) throw new Error('nothing was played');
  const targets = targetsOf(stageEvents, idle, deals);

  section(`Stagepost at AWS, ${PRICES_REGION}, list prices of ${PRICES_AS_OF}, no free tier subtracted`, [
    `${dealsPerMonth} deals a month, each with ${stageEventsPerDeal} further stage events that start nothing; ${month.what}.`,
    `A whole deal here: nine stages, ${end.signed} people sign, ${end.tasksCreated} tasks (the sample configuration has no more; nothing is scaled).`,
    `Every deal also rests: ${rest.what.replace('rest of a deal, ', '')}, ${money(dollarsOf(rest.least))} for what the schedules ask of it.`,
    standingText(standing),
    'Lambda durations are those of this machine, an estimate for arm64 Lambda and no more.',
  ]);
  section('The bill of a month', [
    ...monthText(month),
    ...others.map(
      ({ what, least, most }) => `With ${what}: ${money(dollarsOf(least))}, at most ${money(dollarsOf(most))}.`,
    ),
  ]);
  section('What to attack first', attackText(month));
  section('Targets, without logs', targets.map(targetText));
  for (const line of [...stageEvents, ...deals, idle].flatMap(playedText)) print(line);
  for (const line of [...costText(rest), '']) print(line);
  const scenario = ({ what, least, most }: Cost) => [
    what,
    { dollars: dollarsOf(least), atMost: dollarsOf(most), usage: least },
  ];
  const json = {
    summary: 'cost',
    ...machine,
    prices: PRICES_AS_OF,
    ...wanted,
    tasksPerDeal: end.tasksCreated,
    month: { dollars: dollarsOf(month.least), atMost: dollarsOf(month.most), logs: logLine(month.least).dollars },
    targets,
    each: Object.fromEntries([...stageEvents, ...deals, rest, idle].map(scenario)),
  };
  print(JSON.stringify(json, (_, value: unknown) => rounded(value)));
}
