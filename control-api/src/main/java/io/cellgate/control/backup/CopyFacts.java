package io.cellgate.control.backup;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a store holds, for a backup's manifest: the same questions to both databases. */
final class CopyFacts {
    private CopyFacts() {}

    static JsonObject describe(Statement sql) throws SQLException {
        return new JsonObject()
                .put("schema", texts(sql,
                        "select version from flyway_schema_history where success order by installed_rank")
                        .getLast())
                .put("events",
                        Long.parseLong(
                                texts(sql, "select coalesce(max(seq), 0) from event").getFirst()))
                .put("sims", Long.parseLong(texts(sql, "select count(*) from sim").getFirst()))
                .put("master_keys",
                        new JsonArray(
                                texts(sql, "select distinct master_key from data_key order by 1")));
    }

    /** The first column of each row. */
    static List<String> texts(Statement sql, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet rows = sql.executeQuery(query)) {
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
        }
        return texts;
    }
}
