package io.cellgate.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractTest {
    @Test
    void everyOperation_saysItsRoleItsProblemsAndAnAnswer() {
        Vertx vertx = Vertx.vertx();
        try {
            Contract contract = Contract.load(vertx);
            List<String> wrong = new ArrayList<>();
            for (var operation : contract.operations()) {
                JsonObject described = contract.described(operation);
                boolean open = described.getString("x-role", "").equals("anyone");
                if (!described.containsKey("x-role") || !described.containsKey("summary")
                        || !open && !described.getJsonObject("responses").containsKey("default")
                        || described.getJsonObject("responses").size() < (open ? 1 : 2)) {
                    wrong.add(operation.getOperationId());
                }
            }
            assertThat(wrong).isEmpty();
            assertThat(contract.operationIds()).doesNotHaveDuplicates().hasSizeGreaterThan(60);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void everySchemaOfARequest_refusesUnknownFields() {
        Vertx vertx = Vertx.vertx();
        try {
            JsonObject schemas = Contract.load(vertx).document().getJsonObject("components")
                    .getJsonObject("schemas");
            for (String name : schemas.fieldNames()) {
                if (name.matches(
                        ".*(New|Patch|Replacement|Document|Request|Delta|Choice|Rollback|Action|Advance)")) {
                    assertThat(schemas.getJsonObject(name).getBoolean("additionalProperties"))
                            .as(name).isFalse();
                }
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
