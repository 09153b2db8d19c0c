import { router } from './router.js';
import { check, integer, text } from './check.js';

const item = { name: text({ most: 80 }), price: integer({ least: 0 }), note: text({ optional: true }) };

const routes = router({
  'GET /': () => Response.json({ name: '{{name}}', routes: ['GET /items/:id', 'POST /items'] }),

  'GET /items/:id': ({ params }) => Response.json({ id: params.id, name: `Item ${params.id}` }),

  'POST /items': async ({ request }) => {
    const { value, errors } = check(item, await request.json());
    return errors === undefined
      ? Response.json({ id: crypto.randomUUID(), ...value }, { status: 201 })
      : Response.json({ type: 'about:blank', title: 'The item is not right', status: 422, errors }, { status: 422, headers: { 'content-type': 'application/problem+json' } });
  },
});

export default {
  fetch: routes,
};
