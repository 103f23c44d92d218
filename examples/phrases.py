"""A stock of made-up sentences in the three languages, varied so that answers do not read like copies.

A sentence may hold alternatives: ``{a|b}`` becomes a or b. No person, agency, operation or case is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Final

_ALTERNATIVES: Final = re.compile(r"\{([^{}]*)\}")

STOCK: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "en": {
        "authority": (
            "Ministry of {Justice|the Interior}, {department for crime policy|department of criminal law}",
            "Ministry of the Interior, {directorate of public security|unit for international affairs}",
            "Office of the {Prosecutor General|Attorney General}, division for international co-operation",
        ),
        "focal_point": (
            "Head of unit, {crime policy|cybercrime}",
            "Deputy head, {international co-operation|criminal law}",
            "{Senior adviser|Co-ordinator}, {child protection|police affairs}",
        ),
        "deputy": (
            "Adviser, {international affairs|crime policy}",
            "{Desk officer|Analyst}, {cybercrime policy|child protection}",
        ),
        "approver": (
            "{Director-General|Director}, {public security|criminal law}",
            "State secretary, {justice|home affairs}",
            "{Head of department|Head of division}, crime policy",
        ),
        "consulted": (
            "{Two meetings|A round of written comments|One joint session}, then approval by {all bodies|the ministry}.",
            "The draft went to all bodies for {two|three} weeks; {most|nearly all} of them commented.",
            "{Figures|Numbers} came from the bodies themselves, the text was {agreed|settled} in {a|one} meeting.",
        ),
        "source:police": (
            "National police, {statistics section|cyber unit}",
            "{Ministry of the Interior|Ministry of Justice}, {annual report|statistics}",
        ),
        "source:education": (
            "{Agency for schools|Safer internet centre}, {monitoring report|own count}",
            "Ministry of Education, {annual survey|yearly report}",
        ),
        "source:regulator": (
            "{Communications regulator|National hotline}, {annual survey|yearly figures}",
            "Association of internet providers, {yearly report|own count}",
        ),
        "icse_plan": (
            "{A secure line is being tendered|The technical conditions are under study}; connection is planned for {2015|the next budget year}.",
            "Two officers {will attend|have been chosen for} the user training, the {line|equipment} is still missing.",
        ),
        "victim_support_text": (
            "Each region has {a centre|a team} where children are heard once and {assisted|looked after} as long as needed.",
            "Assistance is given by {public services|accredited associations}; a {helpline|co-ordinator} finds the nearest one.",
            "Since the {last reform|new guidelines} a child is offered {psychological support|a contact person} within {a week|five days}.",
            "Families receive {advice|support} too, and {interviews are recorded|hearings take place in a child-friendly room}.",
        ),
        "law_changes": (
            "A bill on {grooming|live-streaming|undercover work} is before parliament; adoption is expected {next year|by the end of the year}.",
            "{No change in the period|The law did not change}; an evaluation of the provisions {has begun|will be published}.",
            "The amendment of the criminal code {came into force|was adopted} and {raises penalties|closes the gap on access}.",
        ),
        "pt1_good_practice": (
            "Analysts spend {one day|two days} a week only on new material, so that {unknown victims|unidentified series} are not lost in the backlog.",
            "Social services are {on call|present} when a child is identified; this has {shortened the wait|improved trust}.",
            "A {checklist|short guide} of {ten|twelve} points helps district police to prepare material for the national team.",
        ),
        "pt2_good_practice": (
            "Prosecutors and police {sit in one building|meet every fortnight} and decide {early|together} which requests abroad are needed.",
            "A model request for data, agreed with {companies|partners}, has {halved|cut} the time to a usable answer.",
            "New investigators work {six|three} months beside an experienced one and are offered {regular counselling|supervision}.",
        ),
        "pt3_good_practice": (
            "Young people {wrote and played|designed} the {short films|posters} themselves; schools asked for {more|further copies}.",
            "The campaign was tested with {two|four} groups of pupils first, and {a third|half} of the messages were changed.",
            "Parents' evenings are held {in libraries|at sports clubs}, which reaches families that do not come to school.",
        ),
        "pt4_good_practice": (
            "The hotline tells the host and the police {at the same time|in one message}, with a clear rule on who keeps the evidence.",
            "Small hosting companies share {one|a common} technical contact, paid by {their association|all of them}.",
            "A yearly {exercise|meeting} with companies compares how long each step takes, without naming {the slowest|anyone}.",
        ),
        "achievements": (
            "The {specialised unit|national team} {has been enlarged|reached its full size} and now works {seven days a week|in shifts}.",
            "The {amended criminal code|new procedure} is in force, and {training|guidance} for its users {has started|is complete}.",
            "Co-operation with {companies|schools} became regular: {four meetings|a joint plan} and a common {calendar|reporting form}.",
            "More material than before was compared with {ICSE|the national database}, with {the same|hardly more} staff.",
            "{The hotline answers faster|Notices are dealt with faster}, mainly because {forms were simplified|duties were settled in writing}.",
            "Campaigns were aimed at {younger children|parents of small children} for the first time.",
        ),
        "obstacles": (
            "{Budget cuts|A freeze on posts} delayed {recruitment|the purchase of tools} by {half a year|several months}.",
            "Figures from {regions|districts} do not {arrive in the same form|follow one definition}; a common form is being prepared.",
            "{Encrypted|Very large} seizures take longer to examine than {expected|planned}.",
            "Retention of data and {jurisdiction|requests abroad} remain {difficult|slow}.",
            "Staff {changed often|rotate after three years}, so that training has to start {again|anew}.",
        ),
        "priorities": (
            "{Complete|Finish} the legal framework and {evaluate|review} what has been in force since {2012|last year}.",
            "{Identify more victims|Shorten the examination of devices} by {better tools|two more analysts}.",
            "Bring {payment services|smaller hosts} into the work on {removal|known material}.",
            "Reach {children under ten|carers and sports coaches} with {material of their own|short courses}.",
            "{Join|Take part in} more operations with {neighbouring|other Alliance} countries.",
        ),
        "requests": (
            "A {list of contacts|directory of units} of all members, kept up to date, would help.",
            "Please share {model agreements|examples of codes of conduct} from other members.",
            "A {workshop|webinar} on {counting victims|the median time to removal} would make figures easier to compare.",
            "No request at present.",
        ),
        "profile_comment": (
            "The page was correct; {one figure|the name of a body} has been updated here.",
            "We {agree with|welcome} the page. The {year of the baseline|wording of a goal} could be {clearer|shown}.",
            "No comment.",
        ),
        "c_change:complete": (
            "{Concluded|Completed} as planned; {the results are in use|an evaluation follows}.",
            "In force since {the spring|the autumn}, all {bodies|parties} work accordingly.",
        ),
        "c_change:substantial": (
            "{Most|The larger part} of the work is done, {the last step|final approval} is due {soon|within months}.",
            "{Two of three|Three of four} parts are in place; the rest follows {this year|next year}.",
        ),
        "c_change:limited": (
            "A {working group|project team} has {met|begun}; the plan is {agreed|drafted}.",
            "First steps were taken, but {money|staff} for the main part is {not yet secured|still missing}.",
        ),
        "c_change:not_started": (
            "{Put off|Postponed} until {the budget is decided|the law is adopted}.",
            "Work will begin {after the summer|next year}.",
        ),
        "c_change:withdrawn": (
            "Withdrawn, because {another body took over the task|a wider project covers it}.",
            "Given up in favour of {a regional solution|the common platform}.",
        ),
        "evidence": (
            "{Annual report|Progress report} of the {ministry|unit}",
            "{Official gazette|Law gazette}, {no. 14|no. 31|no. 52}",
            "{Evaluation|Summary} of the {programme|pilot phase}",
            "{Press release|Decision} of the {ministry|regulator}",
        ),
        "comment": (
            "Figure for the {calendar year|first time}.",
            "{Checked|Confirmed} with the {police|ministry}.",
            "Definition as in the {last report|national statistics}.",
        ),
        "new_title": (
            "{Write|Adopt} a national strategy on child sexual abuse online",
            "Set up {a register of trained interviewers|a pool of experts for courts}",
        ),
        "new_description": (
            "With {goals, money and a date|responsibilities and a timetable} for each body, after {public consultation|consulting young people}.",
        ),
        "article": ("Criminal Code, art. ", "Penal Code, section ", "Act on the protection of children, s. "),
    },
    "fr": {
        "authority": (
            "Ministère de {la Justice|l'Intérieur}, {direction des affaires criminelles|direction de la coopération}",
        ),
        "focal_point": (
            "Chef de bureau, {affaires criminelles|cybercriminalité}",
            "{Conseiller principal|Coordinateur}, protection de l'enfance",
        ),
        "deputy": ("{Chargé de mission|Analyste}, {affaires internationales|cybercriminalité}",),
        "approver": ("{Directeur général|Directeur}, {sécurité publique|droit pénal}", "Chef de division, droit pénal"),
        "consulted": (
            "{Deux réunions|Une consultation écrite}, puis validation par {tous les services|le ministère}.",
            "Le projet a circulé pendant {deux|trois} semaines ; {la plupart|presque tous} ont fait des remarques.",
        ),
        "source:police": (
            "Police nationale, {service statistique|unité cyber}",
            "Ministère de l'Intérieur, {rapport annuel|statistiques}",
        ),
        "source:education": (
            "Centre pour un internet plus sûr, {rapport de suivi|décompte propre}",
            "Ministère de l'Éducation, enquête annuelle",
        ),
        "source:regulator": ("{Autorité de régulation|Service de signalement}, {rapport annuel|chiffres de l'année}",),
        "icse_plan": (
            "La liaison sécurisée est {en cours d'acquisition|à l'étude} ; le raccordement est prévu pour {2015|le prochain exercice}.",
        ),
        "victim_support_text": (
            "Chaque région dispose d'{un centre|une équipe} où l'enfant est entendu une seule fois et {suivi|accompagné}.",
            "L'aide est assurée par {des services publics|des associations agréées} ; un {numéro d'appel|référent} oriente les familles.",
        ),
        "law_changes": (
            "Un projet de loi sur {la diffusion en direct|l'enquête sous pseudonyme} est {à l'examen|devant le parlement}.",
            "{Pas de modification|La loi n'a pas changé} ; une évaluation {est en cours|sera publiée}.",
        ),
        "pt1_good_practice": (
            "Les analystes consacrent {un jour|deux jours} par semaine au seul matériel nouveau, afin de ne pas perdre de vue les victimes inconnues.",
            "Les services sociaux sont {prévenus|présents} dès qu'un enfant est identifié, ce qui a {raccourci l'attente|renforcé la confiance}.",
        ),
        "pt2_good_practice": (
            "Parquet et police se réunissent {tous les quinze jours|chaque mois} et décident ensemble des demandes à l'étranger.",
            "Un modèle de demande, convenu avec {les entreprises|les partenaires}, a {réduit|divisé par deux} les délais.",
        ),
        "pt3_good_practice": (
            "Les jeunes ont {écrit et joué|conçu} eux-mêmes les {films courts|affiches} ; les écoles en redemandent.",
            "La campagne a d'abord été testée auprès de {deux|quatre} classes, et {un tiers|la moitié} des messages ont changé.",
        ),
        "pt4_good_practice": (
            "Le service de signalement prévient l'hébergeur et la police {en même temps|dans un seul message}, avec une règle claire sur les preuves.",
            "Les petits hébergeurs partagent un contact technique {commun|unique}.",
        ),
        "achievements": (
            "L'{unité spécialisée|équipe nationale} {a été renforcée|est au complet} et travaille désormais {tous les jours|par roulement}.",
            "Le {code pénal modifié|nouveau protocole} est en vigueur et la formation {a commencé|est achevée}.",
            "La coopération avec {les entreprises|les écoles} est devenue régulière : {quatre réunions|un plan commun} dans l'année.",
        ),
        "obstacles": (
            "{Des coupes budgétaires ont retardé|Le gel des postes a retardé} {le recrutement|l'achat d'outils} de plusieurs mois.",
            "Les chiffres des {régions|cantons et districts} ne suivent pas {une même définition|le même format}.",
            "Les saisies {chiffrées|très volumineuses} demandent plus de temps que prévu.",
        ),
        "priorities": (
            "{Achever|Compléter} le cadre légal et {évaluer|revoir} les dispositions récentes.",
            "Associer {les services de paiement|les petits hébergeurs} au retrait du matériel connu.",
            "Toucher {les moins de dix ans|les entraîneurs sportifs} par {un support propre|de courtes formations}.",
        ),
        "requests": (
            "Un {annuaire des unités|répertoire des contacts} tenu à jour serait utile.",
            "Merci de diffuser des {modèles d'accords|exemples de codes de conduite}.",
            "Pas de demande pour le moment.",
        ),
        "profile_comment": (
            "La page était exacte ; {un chiffre|le nom d'un service} est mis à jour ici.",
            "Pas de commentaire.",
        ),
        "c_change:complete": ("{Achevé|Terminé} comme prévu ; {les résultats sont utilisés|une évaluation suivra}.",),
        "c_change:substantial": (
            "{L'essentiel|La plus grande partie} est fait, la dernière étape est {proche|attendue cette année}.",
        ),
        "c_change:limited": ("Un groupe de travail {s'est réuni|a commencé} ; le plan est {convenu|rédigé}.",),
        "c_change:not_started": ("{Reporté|Remis} jusqu'à {la décision budgétaire|l'adoption de la loi}.",),
        "c_change:withdrawn": (
            "Retiré, {un autre service ayant repris la tâche|un projet plus large l'ayant absorbé}.",
        ),
        "evidence": (
            "{Rapport annuel|Rapport d'étape} du {ministère|service}",
            "Journal officiel, {n° 14|n° 31|n° 52}",
        ),
        "comment": (
            "Chiffre {de l'année civile|publié pour la première fois}.",
            "{Vérifié|Confirmé} auprès de la police.",
        ),
        "new_title": ("{Rédiger|Adopter} une stratégie nationale contre les abus en ligne",),
        "new_description": (
            "Avec {objectifs, moyens et calendrier|responsabilités et échéances} pour chaque service.",
        ),
        "article": ("Code pénal, art. ",),
    },
    "es": {
        "authority": (
            "Ministerio {de Justicia|del Interior}, {dirección de política criminal|dirección de cooperación}",
        ),
        "focal_point": (
            "Jefatura de unidad, {política criminal|ciberdelincuencia}",
            "{Asesoría|Coordinación}, protección de la infancia",
        ),
        "deputy": ("{Técnico|Analista}, {asuntos internacionales|ciberdelincuencia}",),
        "approver": ("Dirección {General|Adjunta}, {seguridad pública|derecho penal}",),
        "consulted": (
            "{Dos reuniones|Una ronda de comentarios por escrito} y aprobación {de todos|del ministerio}.",
            "El borrador circuló durante {dos|tres} semanas; {la mayoría|casi todos} hicieron comentarios.",
        ),
        "source:police": (
            "Policía nacional, {sección de estadística|unidad cibernética}",
            "Ministerio del Interior, {informe anual|estadísticas}",
        ),
        "source:education": (
            "Centro de internet segura, {informe de seguimiento|recuento propio}",
            "Ministerio de Educación, encuesta anual",
        ),
        "source:regulator": ("{Regulador|Servicio de denuncia}, {informe anual|cifras del año}",),
        "icse_plan": (
            "La línea segura está {en licitación|en estudio}; la conexión se prevé para {2015|el próximo ejercicio}.",
        ),
        "victim_support_text": (
            "Cada región cuenta con {un centro|un equipo} donde el niño declara una sola vez y recibe {apoyo|acompañamiento}.",
            "La asistencia corre a cargo de {servicios públicos|asociaciones acreditadas}; una {línea telefónica|persona de contacto} orienta a las familias.",
        ),
        "law_changes": (
            "Un proyecto de ley sobre {la transmisión en directo|el agente encubierto} está {en trámite|ante el parlamento}.",
            "{Sin cambios|La ley no cambió}; una evaluación {está en marcha|se publicará}.",
        ),
        "pt1_good_practice": (
            "Los analistas dedican {un día|dos días} por semana solo al material nuevo, para no perder de vista a las víctimas desconocidas.",
            "Los servicios sociales {acuden|son avisados} en cuanto se identifica a un niño, lo que ha {acortado la espera|aumentado la confianza}.",
        ),
        "pt2_good_practice": (
            "Fiscalía y policía se reúnen {cada quince días|cada mes} y deciden juntas las solicitudes al extranjero.",
            "Un modelo de solicitud acordado con {las empresas|los socios} ha {reducido|acortado} los plazos.",
        ),
        "pt3_good_practice": (
            "Los jóvenes {escribieron e interpretaron|diseñaron} los {cortos|carteles}; las escuelas pidieron más.",
            "La campaña se probó antes con {dos|cuatro} grupos de alumnos y cambió {un tercio|la mitad} de los mensajes.",
        ),
        "pt4_good_practice": (
            "El servicio de denuncia avisa al proveedor y a la policía {a la vez|en un solo mensaje}, con una regla clara sobre las pruebas.",
            "Los pequeños proveedores comparten un contacto técnico {común|único}.",
        ),
        "achievements": (
            "La {unidad especializada|unidad nacional} {se amplió|está completa} y trabaja ahora {todos los días|por turnos}.",
            "El {código penal reformado|nuevo protocolo} está en vigor y la formación {ha comenzado|ha concluido}.",
            "La cooperación con {las empresas|las escuelas} es ya regular: {cuatro reuniones|un plan común} en el año.",
        ),
        "obstacles": (
            "{Los recortes retrasaron|La congelación de plazas retrasó} {la contratación|la compra de herramientas} varios meses.",
            "Las cifras de {las regiones|los estados} no siguen {una misma definición|el mismo formato}.",
            "Las incautaciones {cifradas|muy voluminosas} exigen más tiempo de lo previsto.",
        ),
        "priorities": (
            "{Completar|Terminar} el marco legal y {evaluar|revisar} lo que está en vigor.",
            "Sumar a {los servicios de pago|los pequeños proveedores} a la retirada del material conocido.",
            "Llegar a {los menores de diez años|los entrenadores} con {material propio|cursos breves}.",
        ),
        "requests": (
            "Sería útil un {directorio de unidades|listado de contactos} actualizado.",
            "Se agradecería compartir {modelos de acuerdo|ejemplos de códigos de conducta}.",
            "Ninguna petición por ahora.",
        ),
        "profile_comment": (
            "La página era correcta; aquí se actualiza {una cifra|el nombre de un organismo}.",
            "Sin comentarios.",
        ),
        "c_change:complete": (
            "{Concluido|Terminado} según lo previsto; {los resultados se usan|seguirá una evaluación}.",
        ),
        "c_change:substantial": (
            "{La mayor parte|Lo esencial} está hecho; el último paso {está cerca|se espera este año}.",
        ),
        "c_change:limited": ("Un grupo de trabajo {se reunió|ha comenzado}; el plan está {acordado|redactado}.",),
        "c_change:not_started": ("{Aplazado|Pospuesto} hasta {decidir el presupuesto|aprobar la ley}.",),
        "c_change:withdrawn": ("Retirado, {otro organismo asumió la tarea|un proyecto más amplio lo incluye}.",),
        "evidence": (
            "{Informe anual|Informe de avance} {del ministerio|de la unidad}",
            "Boletín oficial, {núm. 14|núm. 31|núm. 52}",
        ),
        "comment": ("Cifra {del año civil|publicada por primera vez}.", "{Verificado|Confirmado} con la policía."),
        "new_title": ("{Redactar|Aprobar} una estrategia nacional contra el abuso en línea",),
        "new_description": ("Con {objetivos, medios y calendario|responsabilidades y plazos} para cada organismo.",),
        "article": ("Código Penal, art. ",),
    },
}


def vary(sentence: str, chance: Random) -> str:
    """Choose one of each of the sentence's alternatives.

    Args:
        sentence: Text with ``{a|b}``.
        chance: Source of the choices.
    """
    return _ALTERNATIVES.sub(lambda match: chance.choice(match[1].split("|")), sentence)


def say(topic: str, language: str, chance: Random, most: int = 1) -> str:
    """One to ``most`` different sentences on a topic.

    Args:
        topic: Key of the stock, e.g. ``achievements``.
        language: en, fr or es.
        chance: Source of the choices.
        most: Largest number of sentences.
    """
    stock = STOCK[language][topic]
    count = min(len(stock), chance.randint(1, most))
    return " ".join(vary(sentence, chance) for sentence in chance.sample(stock, count))


def say_anew(topic: str, language: str, whose: str, year: int, most: int = 1) -> str:
    """What somebody says on a topic in a year: the same every time, and never what was said the year before.

    Args:
        topic: Key of the stock, of which there is more than one way to say it.
        language: en, fr or es.
        whose: Who says it, and of what.
        year: The year.
        most: Largest number of sentences.
    """
    ways = dict.fromkeys(say(topic, language, Random(f"{whose} {topic} {number}"), most) for number in range(12))
    return list(ways)[year % len(ways)]
