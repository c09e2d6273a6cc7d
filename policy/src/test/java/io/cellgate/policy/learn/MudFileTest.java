package io.cellgate.policy.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cellgate.policy.RuleDocument;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MudFileTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Map<?, ?> json(String text) throws IOException {
        return JSON.readValue(text.replace('\'', '"'), Map.class);
    }

    private static Proposal read(Map<?, ?> json) throws MudProblems {
        Proposal proposal = MudFile.read(json, "bulb");
        assertThat(LearnerTest.compiled(proposal.document()).name()).isEqualTo("bulb");
        assertThat(proposal.evidence()).hasSameSizeAs(proposal.document().rules());
        return proposal;
    }

    private static List<String> wrong(String text) throws IOException {
        try {
            return List.of("read: " + MudFile.read(json(text), "x"));
        } catch (MudProblems problems) {
            return problems.problems().stream()
                    .map(problem -> problem.pointer() + " " + problem.expected()).toList();
        }
    }

    /** A file with one list of this one entry, for packets from the device. */
    private static String file(String entry) {
        return "{'ietf-mud:mud':{'mud-version':1,'from-device-policy':{'access-lists':{'access-list':[{'name':'l'}]}}},"
                + "'ietf-access-control-list:acls':{'acl':[{'name':'l','aces':{'ace':[" + entry
                + "]}}]}}";
    }

    private static String entry(String matches) {
        return "{'name':'e','matches':" + matches + ",'actions':{'forwarding':'accept'}}";
    }

    @Test
    void fileOfTheRfcsShape_becomesRules_andTellsWhatItCannotSay() throws Exception {
        Map<?, ?> json;
        try (InputStream in = Objects
                .requireNonNull(getClass().getResourceAsStream("light-bulb.json"))) {
            json = JSON.readValue(in, Map.class);
        }
        Proposal proposal = read(json);
        assertThat(proposal.document().rules()).extracting(RuleDocument::when).containsExactly(
                "dns.domain in {\"ads.example.net\" \"test.example.com\"}",
                "net.dst.domain in {\"test.example.com\"} and net.protocol == \"tcp\" and net.dst.port == 443",
                "net.dst.ip in {192.0.2.0/24} and net.protocol == \"udp\" and net.dst.port in {5000..5010}",
                "net.dst.domain in {\"ads.example.net\"}",
                "net.direction == \"down\" and net.protocol == \"tcp\" and net.dst.port == 22");
        assertThat(proposal.document().rules().get(3).action().text()).isEqualTo("block");
        assertThat(proposal.notes()).extracting(Proposal.Note::pointer).contains(
                "/ietf-access-control-list:acls/acl/2/aces/ace/0/matches/ietf-mud:mud/controller",
                "/ietf-access-control-list:acls/acl/2/aces/ace/1/matches/ietf-mud:mud/local-networks",
                "/ietf-access-control-list:acls/acl/3/aces/ace/1/matches/ipv4/ietf-acldns:src-dnsname",
                "/ietf-access-control-list:acls/acl/3/aces/ace/2/matches");
    }

    @Test
    void entriesThatALanguageOfFlowsCannotSay_areLeftOut_neverWidened() throws Exception {
        for (String matches : List.of("{'ipv4':{'dscp':10}}", "{'eth':{'ethertype':2048}}",
                "{'ipv4':{'protocol':47}}", "{'tcp':{'flags':'syn'}}",
                "{'ietf-mud:mud':{'my-controller':[null]}}",
                "{'ipv6':{'ietf-acldns:src-dnsname':'a.example'}}")) {
            Proposal proposal = read(json(file(entry(matches))));
            assertThat(proposal.document().rules()).as(matches).isEmpty();
            assertThat(proposal.notes()).as(matches).hasSize(1);
        }
    }

    @Test
    void allThatIsWrong_isTold_withItsPlace() throws Exception {
        String at = "/ietf-access-control-list:acls/acl/0/aces/ace/0";
        assertThat(wrong("{}")).contains("/ietf-mud:mud an object",
                "/ietf-access-control-list:acls an object");
        assertThat(wrong(file("7"))).containsExactly(at + " an object");
        assertThat(
                wrong(file(entry("{'tcp':{'destination-port':{'operator':'eq','port':70000}}}"))))
                .containsExactly(
                        at + "/matches/tcp/destination-port/port a number from 0 to 65535");
        assertThat(wrong(file(entry("{'tcp':{'destination-port':{'operator':'near','port':7}}}"))))
                .containsExactly(at + "/matches/tcp/destination-port/operator eq, neq, lte or gte");
        assertThat(wrong(file(entry(
                "{'ipv4':{'ietf-acldns:dst-dnsname':'x or true','protocol':'six'}}"))))
                .containsExactly(at + "/matches/ipv4/ietf-acldns:dst-dnsname a domain name");
        assertThat(wrong(file(entry("{'ipv4':{'destination-ipv4-network':'2001:db8::/32'}}"))))
                .containsExactly(at + "/matches/ipv4/destination-ipv4-network a prefix of ipv4");
        assertThat(wrong(file(entry("{'ipv4':{'destination-ipv4-network':'1.2.3.4/99'}}"))))
                .containsExactly(at + "/matches/ipv4/destination-ipv4-network a prefix of ipv4");
        assertThat(wrong(file(entry("{}").replace("'accept'", "'maybe'"))))
                .containsExactly(at + "/actions/forwarding accept, drop or reject");
        assertThat(wrong(file(entry("{}")).replace("'name':'l','aces'", "'name':'m','aces'")))
                .containsExactly(
                        "/ietf-mud:mud/from-device-policy/access-lists/access-list/0/name the name of a list in ietf-access-control-list:acls");
        assertThat(wrong(file(entry("{}")).replace("'mud-version':1", "'mud-version':2")))
                .containsExactly("/ietf-mud:mud/mud-version 1");
    }

    @Test
    void endlessFile_endsWithAProblem() throws Exception {
        StringBuilder many = new StringBuilder(entry("{}"));
        for (int i = 0; i < 2001; i++) {
            many.append(',').append(entry("{}"));
        }
        assertThatThrownBy(() -> MudFile.read(json(file(many.toString())), "x"))
                .isInstanceOf(MudProblems.class);
    }
}
