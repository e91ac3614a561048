import { describe, expect, it } from 'vitest';
import type { Proposal } from '../../src/access/proposals/proposal.ts';
import { plain } from '../../src/report/paint.ts';
import { proposalMarkdown, proposalText } from '../../src/report/proposal.ts';

const PROPOSAL: Proposal = {
  edit: 'add',
  under: 'access',
  file: 'catalog/grants/crm.yaml',
  isNew: false,
  yaml: '  - { dataset: news, level: read }',
  line: 4,
  refusedBy: [],
  approvals: [],
  notes: ['Think of this.'],
};

const REFUSED: Proposal = {
  ...PROPOSAL,
  refusedBy: [{ code: 'EDL-3062', rule: 'no-programs', summary: 'Forbidden', detail: 'Take it back.' }],
};

describe('a proposal', () => {
  it('is where it goes, the YAML as it can be copied, who approves, what to think of', () => {
    expect(proposalText(PROPOSAL, 'To ask for it', plain)).toEqual([
      'To ask for it, add this to catalog/grants/crm.yaml under access:, below the entry at line 4:',
      '',
      '  - { dataset: news, level: read }',
      '',
      'It needs no approval beside the review of the repository.',
      '',
      '  - Think of this.',
    ]);
  });

  it.each([
    ['text', proposalText(REFUSED, 'To ask for it', plain).join('\n')],
    ['Markdown', proposalMarkdown(REFUSED, 'To ask for it').join('\n')],
  ])('is not offered as %s before what refuses it is told', (_, text) => {
    const [refused, settled, yaml] = ['EDL-3062', 'Only when that is settled: to ask for it', 'dataset: news'].map(
      (words) => text.indexOf(words),
    );
    expect(refused).toBeGreaterThan(0);
    expect(settled).toBeGreaterThan(refused ?? 0);
    expect(yaml).toBeGreaterThan(settled ?? 0);
  });
});
