// A shop's server as the gateways' guides have it written, by someone who does it well: Express, a pool of `pg`, an
// index for what is looked up, the order kept before the gateway is called, the gateway asked before an order counts
// as paid. Global fetch keeps its connections to the gateway alive, and Node's server those of its clients.
import express from 'express'
import pg from 'pg'

const { PORT, DATABASE_URL, POOL_SIZE, GATEWAY_URL, GATEWAY_TOKEN, PUBLIC_URL } = process.env

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE) })
pool.on('error', (error) => console.error('an idle connection broke:', error.message))

// Named, so that each connection prepares them once.
const INSERT = {
  name: 'insert-order',
  text: 'INSERT INTO orders (reference, title, amount) VALUES ($1, $2, $3) RETURNING id'
}
const LINKED = {
  name: 'order-linked',
  text: `UPDATE orders SET payment_ref = $2, payment_url = $3 WHERE id = $1
         RETURNING id, reference, title, amount, status, payment_ref, payment_url, created_at`
}
const UNPAYABLE = { name: 'order-unpayable', text: "UPDATE orders SET status = 'FAILED' WHERE id = $1" }
const BY_PAYMENT = { name: 'order-by-payment', text: 'SELECT id, amount, status FROM orders WHERE payment_ref = $1' }
const SETTLED = {
  name: 'order-settled',
  text: `UPDATE orders SET status = $2, paid_at = CASE WHEN $2 = 'PAID' THEN now() END
         WHERE id = $1 AND status = 'PENDING'`
}
const BY_ID = {
  name: 'order-by-id',
  text: `SELECT id, reference, title, amount, status, payment_ref, payment_url, created_at, paid_at
         FROM orders WHERE id = $1`
}

class GatewayError extends Error {}

async function gateway(path, options = {}) {
  const response = await fetch(`${GATEWAY_URL}/v3/ocpay/${path}`, {
    ...options,
    headers: { 'Content-Type': 'application/json', 'X-Access-Token': GATEWAY_TOKEN },
    signal: AbortSignal.timeout(30_000)
  })
  const body = await response.json().catch(() => null)
  if (!response.ok || !body?.success) throw new GatewayError(`the gateway answered ${response.status}`)
  return body.data
}

const app = express()
app.disable('x-powered-by')
app.use(express.json())

// An order, and the link to pay it by.
app.post('/orders', async (request, response) => {
  const { reference, title, amount } = request.body ?? {}
  if (typeof reference !== 'string' || typeof title !== 'string' || !title.trim() || !Number.isInteger(amount)) {
    return response.status(400).json({ error: 'an order has a reference, a title and a whole amount in dinars' })
  }
  const { rows: [{ id }] } = await pool.query({ ...INSERT, values: [reference, title, amount] })
  let link
  try {
    const redirectUrl = `${PUBLIC_URL}/success?orderId=${id}`
    const body = JSON.stringify({ productInfo: { title, amount }, feeMode: 'NO_FEE', redirectUrl })
    link = await gateway('createLink', { method: 'POST', body })
  } catch (error) {
    await pool.query({ ...UNPAYABLE, values: [id] })
    throw error
  }
  const { rows: [order] } = await pool.query({ ...LINKED, values: [id, link.paymentRef, link.paymentUrl] })
  response.status(201).json(order)
})

// Something may have happened to a payment: the gateway is asked, and what it says is kept.
app.post('/callback', async (request, response) => {
  const { rows: [order] } = await pool.query({ ...BY_PAYMENT, values: [request.body?.paymentRef] })
  if (!order) return response.status(404).json({ error: 'no order has that payment' })
  if (order.status !== 'PENDING') return response.json({ id: order.id, status: order.status })
  const payment = await gateway(`checkPayment/${encodeURIComponent(request.body.paymentRef)}`)
  let status = 'PENDING'
  if (payment.status === 'CONFIRMED' && payment.transactionDetails?.amount === Number(order.amount)) status = 'PAID'
  if (payment.status === 'FAILED') status = 'FAILED'
  if (status !== 'PENDING') await pool.query({ ...SETTLED, values: [order.id, status] })
  response.json({ id: order.id, status })
})

// What became of an order.
app.get('/orders/:id', async (request, response) => {
  const { rows: [order] } = await pool.query({ ...BY_ID, values: [request.params.id] })
  if (!order) return response.status(404).json({ error: 'there is no such order' })
  response.json(order)
})

app.get('/readyz', async (_request, response) => {
  await pool.query('SELECT 1')
  response.json({ ok: true })
})

app.use((error, _request, response, _next) => {
  console.error(error.message)
  response.status(error instanceof GatewayError ? 502 : 500).json({ error: 'this did not work; try again' })
})

const server = app.listen(Number(PORT), '127.0.0.1')
server.keepAliveTimeout = 65_000
// It ends with whoever started it.
process.stdin.on('end', () => process.exit(0)).resume()
