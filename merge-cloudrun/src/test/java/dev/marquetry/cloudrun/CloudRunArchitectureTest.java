/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.marquetry", importOptions = ImportOption.DoNotIncludeTests.class)
class CloudRunArchitectureTest {
    private static final String HERE = "dev.marquetry.cloudrun..";

    @ArchTest
    static final ArchRule nothingImportsAnotherModulesInternals = noClasses()
            .that()
            .resideInAPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.marquetry.local.internal..", "dev.marquetry.gcs.internal..");

    @ArchTest
    static final ArchRule nobodyElseKnowsCloudRun = noClasses()
            .that()
            .resideOutsideOfPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.cloud.run..");

    @ArchTest
    static final ArchRule theWorkerKnowsNoJobs = noClasses()
            .that()
            .resideInAPackage("dev.marquetry.cloudrun.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.marquetry.cloudrun.internal.run..", "dev.marquetry.cloudrun.internal.cost..");

    @ArchTest
    static final ArchRule publicMethodsShowNothingInternal = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("dev.marquetry.cloudrun")
            .should()
            .notHaveRawReturnType(resideInAPackage("..internal.."));

    @ArchTest
    static final ArchRule onlyTheWorkerReadsTheEnvironment = noClasses()
            .that()
            .resideInAPackage(HERE)
            .and()
            .resideOutsideOfPackage("dev.marquetry.cloudrun.worker..")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);
}
