package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.order.Order;
import io.cellgate.inventory.order.OrderAction;
import io.cellgate.inventory.order.OrderState;
import io.cellgate.inventory.order.OrderStore;
import io.cellgate.inventory.outcome.Outcome;
import io.vertx.core.json.JsonObject;

/** {@code /orders}: SIMs ordered, from quote to receipt. */
public final class OrdersResource {
    private final OrderStore orders;
    private final Idempotency idempotency;

    private final LongWork work;

    public OrdersResource(OrderStore orders, Idempotency idempotency, LongWork work) {
        this.work = work;
        this.orders = orders;
        this.idempotency = idempotency;
    }

    public void mount(Endpoints endpoints) {
        endpoints.on("listOrders", this::list)
                .on("createOrder", call -> idempotency.once(call, () -> create(call)))
                .on("getOrder",
                        call -> answer(
                                Outcomes.require(orders.find(call.scope(), call.path("id")))))
                .on("confirmOrder",
                        call -> work.answer(call, "orders.confirm", call.path("id"), this::confirm))
                .on("advanceOrder", this::advance)
                .on("receiveOrder", call -> act(call, OrderAction.RECEIVE))
                .on("cancelOrder", call -> act(call, OrderAction.CANCEL));
    }

    private Answer list(Call call) {
        String state = call.query("state");
        return Shown.page(orders.list(call.listScope(),
                state == null ? null : OrderState.parse(state), call.page()), OrdersResource::show);
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        Order order = Outcomes.require(orders.quote(call.actor(), call.account(),
                body.getString("product"), body.getLong("quantity"), body.getString("ship_to")));
        return Answer.created("/v1/orders/" + order.id(), show(order)).revision(order.revision());
    }

    /** Confirms, and allocates at once where the stock suffices. */
    private Answer confirm(Call call) {
        String id = call.path("id");
        Order confirmed = Outcomes.require(orders.act(call.actor(), call.scope(), id,
                OrderAction.CONFIRM, null, call.ifMatch()));
        return switch (orders.act(call.actor(), call.scope(), id, OrderAction.ALLOCATE, null,
                confirmed.revision())) {
            case Outcome.Done<Order>(Order allocated) -> answer(allocated);
            case Outcome.Conflict<Order> _ -> answer(confirmed);
            case Outcome<Order> other -> answer(Outcomes.require(other));
        };
    }

    private Answer advance(Call call) {
        String to = call.body().getString("to");
        OrderAction action = switch (to) {
            case "allocated" -> OrderAction.ALLOCATE;
            case "kitting" -> OrderAction.KIT;
            case "shipped" -> OrderAction.SHIP;
            default -> throw new IllegalStateException("the contract lets " + to + " pass");
        };
        return answer(Outcomes.require(orders.act(call.actor(), call.scope(), call.path("id"),
                action, call.body().getString("tracking"), call.ifMatch())));
    }

    private Answer act(Call call, OrderAction action) {
        return answer(Outcomes.require(orders.act(call.actor(), call.scope(), call.path("id"),
                action, null, call.ifMatch())));
    }

    private static Answer answer(Order order) {
        return Answer.ok(show(order)).revision(order.revision());
    }

    private static JsonObject show(Order order) {
        return new JsonObject().put("id", order.id()).put("account", order.account())
                .put("product", order.product()).put("quantity", order.quantity())
                .put("state", order.state().text()).put("unit_price", order.unitPrice())
                .put("total_price", order.totalPrice()).put("currency", order.currency())
                .put("ship_to", order.shipTo()).put("tracking", order.tracking())
                .put("created_at", Shown.time(order.createdAt()))
                .put("quoted_until", Shown.time(order.quotedUntil()))
                .put("revision", order.revision());
    }
}
