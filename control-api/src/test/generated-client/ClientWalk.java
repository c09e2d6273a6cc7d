import com.fasterxml.jackson.databind.ObjectMapper;
import io.cellgate.client.ApiClient;
import io.cellgate.client.ApiException;
import io.cellgate.client.api.AccessApi;
import io.cellgate.client.api.OrderingApi;
import io.cellgate.client.api.PoliciesApi;
import io.cellgate.client.api.SimsApi;
import io.cellgate.client.model.*;
import java.util.ArrayList;
import java.util.List;

/** What a customer's developer writes against the generated client: an order's whole life, in the client's own types. */
public final class ClientWalk {
    private ClientWalk() {}

    private static ApiClient client(String uri, String token) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(uri);
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        return client;
    }

    private static void require(boolean condition, Object got) {
        if (!condition) {
            throw new AssertionError("got " + got);
        }
    }

    /** @param sims the manufacturer's file */
    public static void walk(String uri, String operatorToken, String sims) throws Exception {
        ApiClient operator = client(uri, operatorToken);
        OrderingApi stock = new OrderingApi(operator);
        Product product = stock.createProduct(new ProductNew().name("generated card")
                .kind(ProductNew.KindEnum.CARD).unitPrice(250).currency("EUR"), null);
        Batch batch = stock.createBatch(new BatchNew().name("generated batch").product(product.getId()), null);
        ImportReport report = stock.importSims(batch.getId(), sims, null);
        require(report.getImported() == 3, report);
        AccessApi access = new AccessApi(operator);
        Account account = access.createAccount(new AccountNew().name("Generated"), null);
        String token = access.createToken(account.getId(), new TokenNew().name("ops").role("admin"), null).getSecret();

        ApiClient customer = client(uri, token);
        OrderingApi orders = new OrderingApi(customer);
        OrderNew wanted = new OrderNew().product(product.getId()).quantity(3).shipTo("Dock 4");
        Order order = orders.createOrder(wanted, "po-4711");
        require(orders.createOrder(wanted, "po-4711").getId().equals(order.getId()), "another order");
        require(orders.confirmOrder(order.getId(), null, null).getState() == OrderState.ALLOCATED, order);
        stock.advanceOrder(order.getId(), new OrderAdvance().to(OrderAdvance.ToEnum.KITTING), null);
        stock.advanceOrder(order.getId(), new OrderAdvance().to(OrderAdvance.ToEnum.SHIPPED).tracking("JD0146"), null);
        require(orders.receiveOrder(order.getId(), null).getState() == OrderState.RECEIVED, order);

        SimsApi api = new SimsApi(customer);
        List<Sim> all = new ArrayList<>();
        String after = null;
        int pages = 0;
        do {
            SimPage page = api.listSims(2, after, null, SimState.READY, null, null, null, null,
                    null, null, null, null, null, null);
            all.addAll(page.getItems());
            after = page.getNext();
            pages++;
        } while (after != null);
        require(all.size() == 3 && pages == 2, all.size() + " SIMs on " + pages + " pages");
        String iccid = all.get(0).getIccid();
        api.actOnSim(iccid, new SimAction().action(SimAction.ActionEnum.ACTIVATE), null, null);
        require(api.getSim(iccid).getState() == SimState.ACTIVE, api.getSim(iccid));

        PoliciesApi policies = new PoliciesApi(customer);
        Policy policy = policies.createPolicy(new PolicyDocument().name("meters").rules(List.of(
                new Rule().id("dns").phase(Rule.PhaseEnum.DNS).action(Rule.ActionEnum.ALLOW)
                        .when("dns.domain == \"example.com\""))), null, null, null);
        long moreThanAnInt = 5_000_000_000L;
        Sim changed = api.updateSim(iccid, new SimPatch().policy(policy.getId())
                .quota(new Quota().bytesMonth(moreThanAnInt).action(Quota.ActionEnum.BLOCK)), null);
        require(changed.getPolicy().equals(policy.getId()), changed);
        require(changed.getQuota().getBytesMonth() == moreThanAnInt, changed.getQuota());

        try {
            policies.createPolicy(new PolicyDocument().name("broken").rules(List.of(
                    new Rule().id("x").phase(Rule.PhaseEnum.DNS).action(Rule.ActionEnum.ALLOW).when("dns.domain =="))),
                    null, null, null);
            throw new AssertionError("a policy that does not compile was taken");
        } catch (ApiException refused) {
            ObjectMapper mapper = ApiClient.createDefaultObjectMapper();
            Problem problem = mapper.readValue(refused.getResponseBody(), Problem.class);
            require(refused.getCode() == 422 && problem.getType().equals("urn:cellgate:problem:policy-rejected")
                    && problem.getFaults().get(0).getRule().equals("x")
                    && problem.getFaults().get(0).getLine() == 1, problem);
        }
    }
}
