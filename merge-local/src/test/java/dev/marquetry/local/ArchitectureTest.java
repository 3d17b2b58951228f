/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.SimpleConditionEvent.violated;
import static com.tngtech.archunit.lang.conditions.ArchConditions.bePublic;
import static com.tngtech.archunit.lang.conditions.ArchConditions.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.marquetry.MergeStrategy;
import dev.marquetry.local.internal.worker.OrderLines;
import java.nio.channels.FileChannel;
import java.util.stream.Stream;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import org.apache.parquet.format.Util;

/** Holds the arrows between modules and folders, and what the main code of the API and the local engine must not touch. */
@AnalyzeClasses(
        packages = "dev.marquetry",
        importOptions = {DoNotIncludeTests.class, ArchitectureTest.WithoutContractKit.class})
class ArchitectureTest {
    private static final String ENGINE = "dev.marquetry.local";
    private static final String INTERNAL = ENGINE + ".internal";

    /** Leaves out the contract kit, which lies beside the API in a jar of its own. */
    static final class WithoutContractKit implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static void bothModulesAreSeen_andNoTest(JavaClasses main) {
        assertThat(main.contain(MergeStrategy.class)).isTrue();
        assertThat(main.contain(LocalArrowStrategy.class)).isTrue();
        assertThat(main.contain(ArchitectureTest.class)).isFalse();
        assertThat(main).noneMatch(type -> type.getPackageName().startsWith("dev.marquetry.testkit"));
    }

    @ArchTest
    static final ArchRule apiKnowsTheJdkJspecifyAndSlf4jOnly = classes()
            .that()
            .resideInAnyPackage("dev.marquetry", "dev.marquetry.spi..", "dev.marquetry.json", "dev.marquetry.report")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "jdk.jfr",
                    "org.jspecify..",
                    "org.slf4j..",
                    "dev.marquetry",
                    "dev.marquetry.spi..",
                    "dev.marquetry.json",
                    "dev.marquetry.report");

    /** Micrometer is there for those who use this package, and only then. */
    @ArchTest
    static final ArchRule metricsAloneKnowMicrometer = noClasses()
            .that()
            .resideOutsideOfPackage("dev.marquetry.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "dev.marquetry.metrics..");

    /** Loading an event's class starts the Flight Recorder's machinery; who tells of events asks first whether it runs. */
    @ArchTest
    static final ArchRule eventsAreKnownWhereTheRecorderIsAskedFor = classes()
            .that()
            .areAssignableTo(Event.class)
            .should()
            .onlyHaveDependentClassesThat(areEventsOrAskTheRecorder());

    /** A merge's steps, each knowing those before it; a class directly in {@code internal} conducts them. */
    @ArchTest
    static final ArchRule engineFlowsOneWay = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("door")
            .definedBy(ENGINE)
            .layer("conductor")
            .definedBy(INTERNAL)
            .layer("worker")
            .definedBy(INTERNAL + ".worker..")
            .layer("stage")
            .definedBy(INTERNAL + ".stage..")
            .layer("validate")
            .definedBy(INTERNAL + ".validate..")
            .layer("write")
            .definedBy(INTERNAL + ".write..")
            .layer("move")
            .definedBy(INTERNAL + ".move..")
            .layer("align")
            .definedBy(INTERNAL + ".align..")
            .layer("read")
            .definedBy(INTERNAL + ".read..")
            .layer("plan")
            .definedBy(INTERNAL + ".plan..")
            .layer("source")
            .definedBy(INTERNAL + ".source..")
            .layer("scratch")
            .definedBy(INTERNAL + ".scratch..")
            .layer("format")
            .definedBy(INTERNAL + ".format..")
            .layer("page")
            .definedBy(INTERNAL + ".page..")
            .layer("limits")
            .definedBy(INTERNAL + ".limits..")
            .layer("jfr")
            .definedBy(INTERNAL + ".jfr..")
            .whereLayer("door")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("conductor")
            .mayOnlyBeAccessedByLayers("door")
            .whereLayer("worker")
            .mayOnlyBeAccessedByLayers("door")
            .whereLayer("stage")
            .mayOnlyBeAccessedByLayers("conductor")
            .whereLayer("validate")
            .mayOnlyBeAccessedByLayers("conductor")
            .whereLayer("write")
            .mayOnlyBeAccessedByLayers("door", "conductor")
            .whereLayer("move")
            .mayOnlyBeAccessedByLayers("door", "conductor", "stage", "write")
            .whereLayer("align")
            .mayOnlyBeAccessedByLayers("door", "conductor", "stage", "validate", "write", "move")
            .whereLayer("read")
            .mayOnlyBeAccessedByLayers("conductor", "stage", "validate", "write", "move", "align")
            .whereLayer("plan")
            .mayOnlyBeAccessedByLayers(
                    "door", "conductor", "worker", "stage", "validate", "write", "move", "align", "read")
            .whereLayer("source")
            .mayOnlyBeAccessedByLayers("conductor", "stage", "validate", "write", "move", "align", "read", "plan")
            .whereLayer("scratch")
            .mayOnlyBeAccessedByLayers(
                    "door", "conductor", "worker", "stage", "validate", "write", "move", "align", "read", "source")
            .whereLayer("format")
            .mayOnlyBeAccessedByLayers("stage", "write", "move", "align", "read", "plan")
            .whereLayer("page")
            .mayOnlyBeAccessedByLayers(
                    "door", "conductor", "stage", "validate", "write", "move", "align", "read", "plan", "format")
            .whereLayer("jfr")
            .mayOnlyBeAccessedByLayers("conductor", "write", "limits");

    @ArchTest
    static final ArchRule everyFolderOfTheEngineIsAKnownStep = classes()
            .that()
            .resideInAPackage(ENGINE + "..")
            .should()
            .resideInAnyPackage(
                    ENGINE,
                    ENGINE + ".remote..",
                    ENGINE + ".storage..",
                    INTERNAL,
                    INTERNAL + ".worker..",
                    INTERNAL + ".stage..",
                    INTERNAL + ".validate..",
                    INTERNAL + ".plan..",
                    INTERNAL + ".read..",
                    INTERNAL + ".scratch..",
                    INTERNAL + ".source..",
                    INTERNAL + ".align..",
                    INTERNAL + ".move..",
                    INTERNAL + ".write..",
                    INTERNAL + ".format..",
                    INTERNAL + ".page..",
                    INTERNAL + ".limits..",
                    INTERNAL + ".jfr..");

    @ArchTest
    static final ArchRule validationComparesWithoutTheCodeThatMoves = noClasses()
            .that()
            .resideInAPackage(INTERNAL + ".validate..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(INTERNAL + ".move..", INTERNAL + ".write..", INTERNAL + ".stage..")
            .because("a fault that made an output would not be seen by the code that has it");

    @ArchTest
    static final ArchRule noTwoPackagesKnowEachOther =
            slices().assignedFrom(eachPackage()).should().beFreeOfCycles();

    @ArchTest
    static final ArchRule engineHasOneDoorForCallersAndTwoForAuthors = classes()
            .that()
            .resideInAPackage(ENGINE + "..")
            .and()
            .resideOutsideOfPackage(INTERNAL + "..")
            .and()
            .areTopLevelClasses()
            .and()
            .doNotHaveFullyQualifiedName(LocalArrowStrategy.class.getName())
            .and()
            .doNotHaveFullyQualifiedName(OutputValidator.class.getName())
            .and()
            .doNotHaveFullyQualifiedName(RemoteMerge.class.getName())
            .and()
            .doNotBelongToAnyOf(IsolatedLocalStrategy.class, WorkerPool.class, MergeWorker.class, HostedMerge.class)
            .and()
            .resideOutsideOfPackages(ENGINE + ".remote..", ENGINE + ".storage..")
            .should(not(bePublic()))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingKnowsHadoop =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.hadoop..");

    @ArchTest
    static final ArchRule nothingReadsOrWritesByThrift = noClasses()
            .that()
            .resideInAPackage(ENGINE + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("shaded.parquet.org.apache.thrift..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Util.class)
            .because("its generated methods take longer to compile than a merge has for them; internal.format does it");

    @ArchTest
    static final ArchRule noParquetTypeInAPublicSignature = classes()
            .that()
            .resideInAPackage("dev.marquetry..")
            .and()
            .resideOutsideOfPackage("..internal..")
            .should(haveNoSignatureWith("org.apache.parquet.."));

    @ArchTest
    static final ArchRule nothingReliesOnTheJdksInsides =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("sun..", "jdk.internal..");

    @ArchTest
    static final ArchRule nothingMapsFilesIntoMemory = noClasses()
            .should()
            .callMethodWhere(target(name("map")).and(target(owner(assignableTo(FileChannel.class)))))
            .because("mapped pages count as the process's memory and would make a promise about it worthless");

    @ArchTest
    static final ArchRule nothingEndsTheHost = noClasses()
            .that()
            .doNotBelongToAnyOf(MergeWorker.class, OrderLines.class)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    /** What may end a process is called in a worker's own process only. */
    @ArchTest
    static final ArchRule nothingCallsTheWorkersMainClass = noClasses()
            .that()
            .doNotBelongToAnyOf(MergeWorker.class, OrderLines.class)
            .should()
            .callMethodWhere(target(owner(type(MergeWorker.class))).or(target(owner(type(OrderLines.class)))));

    private static DescribedPredicate<JavaClass> areEventsOrAskTheRecorder() {
        return DescribedPredicate.describe(
                "are events or call FlightRecorder.isInitialized",
                type -> type.isAssignableTo(Event.class)
                        || type.getMethodCallsFromSelf().stream()
                                .anyMatch(call -> call.getTargetOwner().isEquivalentTo(FlightRecorder.class)));
    }

    private static ArchCondition<JavaClass> haveNoSignatureWith(String packageIdentifier) {
        DescribedPredicate<JavaClass> unwanted = resideInAPackage(packageIdentifier);
        return new ArchCondition<>("have no type of " + packageIdentifier + " in a public or protected signature") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (!isVisible(type)) {
                    return;
                }
                supertypes(type)
                        .filter(unwanted)
                        .forEach(found -> events.add(violated(type, type.getName() + " extends " + found.getName())));
                for (JavaMember member : type.getMembers()) {
                    if (isVisible(member)) {
                        signature(member)
                                .filter(unwanted)
                                .forEach(found -> events.add(
                                        violated(member, member.getFullName() + " shows " + found.getName())));
                    }
                }
            }
        };
    }

    private static boolean isVisible(HasModifiers element) {
        return element.getModifiers().contains(JavaModifier.PUBLIC)
                || element.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Stream<JavaClass> supertypes(JavaClass type) {
        return Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                .flatMap(supertype -> supertype.getAllInvolvedRawTypes().stream());
    }

    private static Stream<JavaClass> signature(JavaMember member) {
        if (member instanceof JavaCodeUnit unit) {
            return Stream.of(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream())
                    .flatMap(types -> types)
                    .flatMap(type -> type.getAllInvolvedRawTypes().stream());
        }
        return ((JavaField) member).getType().getAllInvolvedRawTypes().stream();
    }

    private static SliceAssignment eachPackage() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return SliceIdentifier.of(type.getPackageName());
            }

            @Override
            public String getDescription() {
                return "packages";
            }
        };
    }
}
