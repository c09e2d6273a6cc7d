package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.control.RunningApi.Tenant;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoneCreationTest {
    /** The store refuses to keep the answer, after the policy was filed: all of it is undone, in memory too. */
    @Test
    void policyWhoseTransactionFails_isNowhere(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        Settings.Store.in(data).open().close();
        try (Connection beside = DriverManager
                .getConnection("jdbc:sqlite:" + data.resolve("cellgate.db"));
                Statement sql = beside.createStatement()) {
            int _ = sql.executeUpdate("create trigger refuse before insert on idempotency"
                    + " begin select raise(abort, 'no'); end");
        }
        try (RunningApi api = RunningApi.start(data)) {
            Tenant acme = api.tenant("Acme");
            String list = api.post(acme.token(), "/v1/lists",
                    "{\"name\":\"l\",\"kind\":\"names\",\"entries\":[\"example.com\"]}").is(201)
                    .id();
            api.post(acme.token(), "/v1/policies", """
                    {"name":"p","rules":[{"id":"r","phase":"dns","action":"allow",
                     "when":"dns.domain in $l"}]}""", "Idempotency-Key", "k1")
                    .isProblem(500, "internal");
            assertThat(api.get(acme.token(), "/v1/policies").is(200).body().getJsonArray("items"))
                    .isEmpty();
            // a policy in memory that names the list would keep it
            api.delete(acme.token(), "/v1/lists/" + list).is(204);
        }
    }
}
