import type { Catalog, Instance } from '../../reconciler/model/catalog.ts';
import { homeRegionOf } from '../../reconciler/model/instance.ts';
import type { AccessHolder } from '../../reconciler/model/resource.ts';
import type { Snippet } from './cause.ts';
import { roleOf } from './names.ts';

/** How to work under the role of a holder: a profile, and one command (cli/latest/userguide/cli-configure-role). */
export const takeRole = (catalog: Catalog, holder: AccessHolder, instance: Instance): readonly Snippet[] => {
  const role = roleOf(catalog, holder, instance.name);
  if (role === undefined) return [];
  const profile = [
    `[profile ${role.name}]`,
    `role_arn = ${role.arn}`,
    'source_profile = YOUR-OWN-PROFILE',
    `region = ${homeRegionOf(catalog.lake, instance)}`,
  ];
  return [
    {
      title: `Work as ${holder} in ${instance.name}: put this into ~/.aws/config, then use --profile ${role.name}`,
      language: 'ini',
      text: profile.join('\n'),
    },
  ];
};

/** What the caller's own policies must allow (IAM/latest/UserGuide/id_roles_use_permissions-to-switch). */
export const assumeStatement = (roleArn: string): Snippet => ({
  title: 'The statement that the caller’s own policy needs; whoever manages that role or permission set adds it',
  language: 'json',
  text: JSON.stringify({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn }, null, 2),
});
