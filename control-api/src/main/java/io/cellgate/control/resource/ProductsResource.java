package io.cellgate.control.resource;

import io.cellgate.control.http.Answer;
import io.cellgate.control.http.Call;
import io.cellgate.control.http.Endpoints;
import io.cellgate.control.http.Outcomes;
import io.cellgate.inventory.order.Product;
import io.cellgate.inventory.order.ProductKind;
import io.cellgate.inventory.order.ProductStore;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** {@code /products}: what can be ordered. */
public final class ProductsResource {
    private final ProductStore products;
    private final Idempotency idempotency;

    public ProductsResource(ProductStore products, Idempotency idempotency) {
        this.products = products;
        this.idempotency = idempotency;
    }

    public void mount(Endpoints endpoints) {
        endpoints
                .on("listProducts",
                        call -> Shown.page(products.list(call.query("name"), call.page()),
                                ProductsResource::show))
                .on("createProduct", call -> idempotency.once(call, () -> create(call)))
                .on("getProduct", call -> answer(Outcomes.require(products.find(call.path("id")))))
                .on("replaceProduct", this::replace).on("deleteProduct", call -> {
                    Product _ = Outcomes.require(
                            products.delete(call.actor(), call.path("id"), call.ifMatch()));
                    return Answer.none();
                });
    }

    private Answer create(Call call) {
        JsonObject body = call.body();
        Product product = Outcomes.require(products.create(call.actor(), body.getString("name"),
                ProductKind.valueOf(body.getString("kind").toUpperCase(Locale.ROOT)),
                body.getLong("unit_price"), body.getString("currency"),
                body.getBoolean("orderable", true)));
        return Answer.created("/v1/products/" + product.id(), show(product))
                .revision(product.revision());
    }

    private Answer replace(Call call) {
        JsonObject body = call.body();
        Long expected = call.requiredIfMatch();
        return answer(Outcomes.require(products.replace(call.actor(), call.path("id"),
                body.getString("name"), body.getLong("unit_price"), body.getString("currency"),
                body.getBoolean("orderable"), expected)));
    }

    private static Answer answer(Product product) {
        return Answer.ok(show(product)).revision(product.revision());
    }

    private static JsonObject show(Product product) {
        return new JsonObject().put("id", product.id()).put("name", product.name())
                .put("kind", product.kind().text()).put("unit_price", product.unitPrice())
                .put("currency", product.currency()).put("orderable", product.orderable())
                .put("created_at", Shown.time(product.createdAt()))
                .put("revision", product.revision());
    }
}
