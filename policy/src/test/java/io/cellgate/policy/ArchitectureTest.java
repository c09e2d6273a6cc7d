package io.cellgate.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.cellgate.policy", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule POLICY_KNOWS_NO_TRANSPORT = noClasses().should().dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.vertx..", "java.nio.channels..",
                    "java.nio.file..", "java.sql..",
                    "java.net.http..", "javax.net..", "io.cellgate.dataplane..",
                    "io.cellgate.dns..",
                    "io.cellgate.inventory..", "io.cellgate.control..");

    @ArchTest
    static final ArchRule POLICY_KNOWS_NO_SOCKETS_AND_FILES = noClasses().should()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.net\\.(.*Socket.*|InetAddress|URL|URLConnection)|java\\.io\\.(File.*|RandomAccessFile)");

    @ArchTest
    static final ArchRule POLICY_HAS_NO_CLOCK = noClasses().should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "nanoTime").orShould()
            .dependOnClassesThat().haveFullyQualifiedName("java.time.Clock");
}
