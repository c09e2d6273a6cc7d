package io.cellgate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cellgate.control.http.ApiServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and where the API listens. */
class AccessTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void guessingTokens_isSlowedDownForTheAddress() {
        try (RunningApi api = RunningApi.start(folder.resolve("data"))) {
            for (int i = 0; i < 20; i++) {
                api.get("cg_guess" + i, "/v1/sims").isProblem(401, "unauthenticated");
            }
            RunningApi.Reply reply = api.get(api.operator, "/v1/sims").isProblem(429,
                    "too-many-attempts");
            assertThat(reply.raw().headers().firstValue("Retry-After")).isPresent();
        }
    }

    @Test
    void otherAddressesThanLoopback_needTls() {
        assertThatThrownBy(() -> new ApiServer.Binding("0.0.0.0", 0, null, null))
                .hasMessageContaining("0.0.0.0").hasMessageContaining("--api-cert");
        assertThatThrownBy(() -> new ApiServer.Binding("127.0.0.1", 0, "cert.pem", null))
                .hasMessageContaining("only the certificate");
        assertThat(new ApiServer.Binding("::1", 0, null, null).port()).isZero();
    }

    @Test
    void bootstrapToken_isMadeOnce() {
        Path data = folder.resolve("data");
        String token;
        try (RunningApi first = RunningApi.start(data)) {
            token = first.operator;
        }
        try (RunningApi second = RunningApi.again(Settings.Store.in(data))) {
            assertThat(second.process.bootstrapToken()).isNull();
            assertThat(token).startsWith("cg_");
        }
    }

    @Test
    void dataFolder_isOneProcesss() {
        Path data = folder.resolve("data");
        try (RunningApi _ = RunningApi.start(data)) {
            assertThatThrownBy(() -> RunningApi.start(data)).hasMessageContaining("in use");
        }
    }
}
