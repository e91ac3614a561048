import type { InstanceDocuments } from '../access/denied/cause.ts';
import { withoutCommands } from '../access/denied/clean.ts';
import { diagnose, type Diagnosis, isAnswered, lacksInstanceOnly } from '../access/denied/diagnose.ts';
import { parseDenials } from '../access/denied/parse.ts';
import type { Denial } from '../access/denied/types.ts';
import { nearest } from '../catalog/nearest.ts';
import { compileCatalog } from '../reconciler/compile/compile.ts';
import type { Catalog, PrincipalRef } from '../reconciler/model/catalog.ts';
import type { Diagnostic } from '../reconciler/model/diagnostic.ts';
import { objectOf, textOf } from '../reconciler/model/json.ts';
import { boundaryPolicy } from '../reconciler/model/names.ts';
import type { Reporter } from '../reconciler/model/ports.ts';
import type { DesiredState } from '../reconciler/model/resource.ts';
import { resourceKinds } from '../resources/index.ts';
import { loadForQuestion, type QuestionRequest } from './access/load.ts';
import { holderOf, instanceOf, isPerson, principalOfPerson } from './access/names.ts';
import { readRuntime } from './package-root.ts';

/** A pasted refusal, and what its text may not tell. */
export interface WhyDeniedRequest extends QuestionRequest {
  readonly text: string;
  readonly principal?: string;
  /** A dataset, a place in S3, or a table. */
  readonly on?: string;
}

/** The causes of each refusal in the text; `unclear` when none was found, with what to add. */
export type WhyDenied =
  | {
      readonly status: 'answered' | 'unclear';
      readonly asOf: string;
      readonly diagnoses: readonly Diagnosis[];
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly status: 'invalid'; readonly diagnostics: readonly Diagnostic[] };

const FORMS =
  'IAM’s own sentence (User: … is not authorized to perform: …), errors of boto3 and the AWS CLI, of the SDKs for Java, Spark’s S3A, S3’s XML, Athena, Glue, KMS, STS, Lake Formation and Apache Arrow';

const notUnderstood = (more: string): Diagnostic => ({
  code: 'EDL-5060',
  severity: 'error',
  summary: 'Refusal not understood',
  detail: `${more} Understood are: ${FORMS}. Paste the whole message, or say who and what: --principal team:NAME --on DATASET.`,
});

const isPrincipal = (holder: string): holder is PrincipalRef => /^(team|user|service|pipeline):/.test(holder);

/** The principal of the flag: a reference, a name without its kind, or a person with one principal. */
const principalOf = (
  catalog: Catalog,
  name: string,
): { readonly found: PrincipalRef } | { readonly problem: Diagnostic } => {
  const [instance] = catalog.lake.instances;
  if (isPerson(name)) return principalOfPerson(catalog, name);
  if (instance === undefined) return { problem: notUnderstood('The lake has no instance.') };
  const named = holderOf(catalog, instance, name);
  if ('problem' in named) return named;
  return isPrincipal(named.found)
    ? { found: named.found }
    : { problem: notUnderstood(`${named.found} is nobody that a grant could name.`) };
};

/** What else decides in an instance: the boundary of its roles and the policies of its buckets. */
export const documentsIn = (desired: DesiredState): InstanceDocuments => {
  const boundary = desired.resources.find(
    ({ kind, properties }) =>
      kind === 'iam-managed-policy' && properties['ManagedPolicyName'] === boundaryPolicy(desired.instance),
  );
  return {
    ...(boundary === undefined ? {} : { boundary: objectOf(boundary.properties['PolicyDocument']) }),
    buckets: desired.resources
      .filter(({ kind }) => kind === 's3-bucket-policy')
      .map(({ properties }) => ({
        arn: `arn:aws:s3:::${textOf(properties['Bucket'])}`,
        document: objectOf(properties['PolicyDocument']),
      })),
  };
};

/** Compiles an instance when a diagnosis first asks for its documents. */
const documentsOf = async (
  catalog: Catalog,
  asOf: string,
): Promise<(instance: string) => InstanceDocuments | undefined> => {
  const runtime = await readRuntime();
  const known = new Map<string, InstanceDocuments>();
  return (instance) => {
    const found =
      known.get(instance) ?? documentsIn(compileCatalog({ catalog, instance, asOf, runtime }, resourceKinds));
    known.set(instance, found);
    return found;
  };
};

/** What is judged: the refusals of the text, or the bare question of the flags where the text has none. */
const denialsOf = ({ text, principal, on }: WhyDeniedRequest): readonly Denial[] => {
  const denials = parseDenials(text);
  return denials.length > 0 || principal === undefined || on === undefined ? denials : [{ signs: [] }];
};

/** What people pass on is printed again in answers, so nothing in it may command their terminal. */
const withoutCommandsIn = (request: WhyDeniedRequest): WhyDeniedRequest => ({
  ...request,
  text: withoutCommands(request.text),
  ...(request.principal === undefined ? {} : { principal: withoutCommands(request.principal) }),
  ...(request.on === undefined ? {} : { on: withoutCommands(request.on) }),
  ...(request.instance === undefined ? {} : { instance: withoutCommands(request.instance) }),
});

/** What would have to be told: the instance, as any question about access asks for it, or more. */
const unclearOf = (catalog: Catalog, diagnoses: readonly Diagnosis[]): Diagnostic => {
  const instance = diagnoses.some(lacksInstanceOnly) ? instanceOf(catalog, undefined) : undefined;
  if (instance !== undefined && 'problem' in instance) return instance.problem;
  return notUnderstood(
    diagnoses[0]?.causes[0]?.sentence ?? 'The text holds no refusal of AWS in a form that is known.',
  );
};

/** Tells which link of each refusal in a text is missing, by the catalog alone: no AWS. */
export const whyDenied = async (asked: WhyDeniedRequest, reporter: Reporter): Promise<WhyDenied> => {
  const request = withoutCommandsIn(asked);
  const loaded = await loadForQuestion(request, reporter);
  if ('diagnostics' in loaded) return { status: 'invalid', diagnostics: loaded.diagnostics };
  const { catalog } = loaded;
  const instance = request.instance === undefined ? undefined : instanceOf(catalog, request.instance);
  const principal = request.principal === undefined ? undefined : principalOf(catalog, request.principal);
  const problems = [instance, principal].flatMap((named) =>
    named !== undefined && 'problem' in named ? [named.problem] : [],
  );
  if (problems.length > 0) return { status: 'invalid', diagnostics: problems };
  const documents = await documentsOf(catalog, request.asOf);
  const diagnoses = denialsOf(request).map((denial) =>
    diagnose({
      catalog,
      asOf: request.asOf,
      denial,
      nearest,
      documents,
      hints: {
        ...(request.on === undefined ? {} : { on: request.on }),
        ...(request.instance === undefined ? {} : { instance: request.instance }),
      },
      ...(principal !== undefined && 'found' in principal ? { principal: principal.found } : {}),
    }),
  );
  const { asOf } = request;
  if (diagnoses.some(isAnswered)) return { status: 'answered', asOf, diagnoses, diagnostics: [] };
  return { status: 'unclear', asOf, diagnoses, diagnostics: [unclearOf(catalog, diagnoses)] };
};
