package io.cellgate.dataplane.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What curl sends over a socket, read as it arrives. */
class CurlTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    /** Serves one connection, answering each request as soon as its body is over; @return the requests in short. */
    private static List<String> requestsOf(String... arguments) throws Exception {
        Captures.require("curl");
        List<String> seen = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(10_000);
            List<String> command = new ArrayList<>(
                    List.of("curl", "-sS", "--max-time", "10", "--resolve",
                            "a.example:" + server.getLocalPort() + ":127.0.0.1"));
            for (String argument : arguments) {
                command.add(argument.replace("PORT", "" + server.getLocalPort()));
            }
            Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
            try (Socket socket = server.accept()) {
                serve(socket, seen);
            }
            String out = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(curl.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(curl.exitValue()).as(out).isZero();
        }
        return seen;
    }

    private static void serve(Socket socket, List<String> seen) throws IOException {
        FirstBytes first = new FirstBytes();
        BodyFraming framing = new BodyFraming();
        boolean answerDue = false;
        byte[] segment = new byte[1000];
        InputStream in = socket.getInputStream();
        UnsafeBuffer buffer = new UnsafeBuffer(segment);
        int length;
        while ((length = in.read(segment)) > 0) {
            int at = 0;
            while (at < length) {
                if (framing.isAtNextHead()) {
                    FirstBytes.Result result = first.add(buffer, at, length - at);
                    at += first.taken();
                    assertThat(result).isIn(FirstBytes.Result.HTTP_REQUEST,
                            FirstBytes.Result.NEED_MORE);
                    if (result == FirstBytes.Result.HTTP_REQUEST) {
                        seen.add(Streams.describeHttp(first).replaceAll(" port=.*path=", " path=")
                                .replaceAll(" head=.*", ""));
                        framing.begin(first.http());
                        first.expectRequest();
                        answerDue = true;
                    }
                } else {
                    at += framing.consume(buffer, at, length - at);
                    assertThat(framing.fault()).isNull();
                }
                if (answerDue && framing.isAtNextHead()) {
                    socket.getOutputStream()
                            .write(Streams.octets("HTTP/1.1 204 No Content\r\n\r\n"));
                    answerDue = false;
                }
            }
        }
    }

    @Test
    void requestsOfAKeptConnection_areSeenOneByOne() throws Exception {
        Path body = Files.write(folder.resolve("body"), new byte[100_000]);
        assertThat(requestsOf("-H", "Expect:", "http://a.example:PORT/one?x=1", "--next", "-sS",
                "-H",
                "Expect:", "--data-binary", "@" + body, "http://a.example:PORT/two", "--next",
                "-sS", "-H",
                "Expect:", "-H", "Transfer-Encoding: chunked", "-T", body.toString(),
                "http://a.example:PORT/three", "--next", "-sS", "-I", "http://a.example:PORT/four"))
                .containsExactly("GET host=a.example path=/one query=x=1 length=-1",
                        "POST host=a.example path=/two query=none length=100000",
                        "PUT host=a.example path=/three query=none length=-1 chunked",
                        "HEAD host=a.example path=/four query=none length=-1");
    }

    @Test
    void pathThatIsSentAsItIs_isNormalised() throws Exception {
        assertThat(requestsOf("--path-as-is", "http://a.example:PORT/v1/%2e%2e/admin"))
                .containsExactly(
                        "GET host=a.example path=/admin query=none length=-1");
    }
}
