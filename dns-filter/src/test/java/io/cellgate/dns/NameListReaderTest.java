package io.cellgate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.cellgate.dns.NameListReader.Format;
import io.cellgate.dns.NameListReader.Problem;
import io.cellgate.dns.NameListReader.Summary;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lists as they are published: hosts files, plain names, response policy zones. */
class NameListReaderTest {
    private final List<String> names = new ArrayList<>();

    private Summary read(Format format, String text) throws IOException {
        return NameListReader.read(new StringReader(text), format, names::add);
    }

    @Test
    void hostsFile_givesItsNames_andNotTheMachinesOwn() throws IOException {
        Summary summary = read(Format.HOSTS, """
                # a comment
                127.0.0.1 localhost
                ::1\tip6-localhost
                0.0.0.0 Ads.example.com www.ads.example.com # more

                127.0.0.1  tracker.example
                """.replace("\n", "\r\n"));
        assertThat(names).containsExactly("ads.example.com", "www.ads.example.com",
                "tracker.example");
        assertThat(summary).isEqualTo(new Summary(3, 0, List.of()));
    }

    @Test
    void plainNames_mayHaveAStarOrADotBefore_andBeOfAnyScript() throws IOException {
        Summary summary = read(Format.DOMAINS,
                "example.com\n*.a.example\n.b.example\nb\u00fccher.example");
        assertThat(names).containsExactly("example.com", "a.example", "b.example",
                "xn--bcher-kva.example");
        assertThat(summary.problemCount()).isZero();
    }

    @Test
    void lineThatIsNotUnderstood_isAProblemWithItsNumber_andTheOthersAreRead() throws IOException {
        Summary summary = read(Format.DOMAINS,
                "a.example\nx y\nb..example\n" + "z".repeat(5000) + "\nc.example\n");
        assertThat(names).containsExactly("a.example", "c.example");
        assertThat(summary.problems()).extracting(Problem::line).containsExactly(2L, 3L, 4L);
        assertThat(summary.problems().getFirst().message())
                .isEqualTo("expected one name a line, got \"x y\"");
        assertThat(read(Format.HOSTS, "10.0.0.1 intranet.example\n0.0.0.0\n").problems())
                .extracting(Problem::message)
                .containsExactly(
                        "expected one of 0.0.0.0, 127.0.0.1, :: or ::1 before the names, got \"10.0.0.1\"",
                        "expected a name after 0.0.0.0, got none");
    }

    @Test
    void problems_areCounted_butOnlyTheFirstThousandKept() throws IOException {
        Summary summary = read(Format.DOMAINS, "a b\n".repeat(3000));
        assertThat(summary.problemCount()).isEqualTo(3000);
        assertThat(summary.problems()).hasSize(1000);
    }

    @Test
    void responsePolicyZone_givesTheOwnersThatItBlocks() throws IOException {
        Summary summary = read(Format.RPZ, """
                $TTL 300
                @ SOA ns.rpz.example. root.rpz.example. (
                      2026010101 ; serial
                      3600 600 86400 300 )
                  NS ns.rpz.example.
                $ORIGIN rpz.example.
                bad.example 60 IN CNAME .
                *.worse.example CNAME *.
                dropped.example CNAME rpz-drop.
                full.example.rpz.example. CNAME .
                good.example CNAME rpz-passthru.
                walled.example A 192.0.2.1
                32.1.2.0.192.rpz-ip CNAME .
                elsewhere.org. CNAME .
                """);
        assertThat(names).containsExactly("bad.example", "worse.example", "dropped.example",
                "full.example");
        assertThat(summary.problems()).extracting(Problem::line).containsExactly(11L, 12L, 13L,
                14L);
    }
}
